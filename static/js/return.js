// The return's form: saves while somebody types, tells what the figures say, fills from a pasted block, moves by arrow keys.
// Without this script the buttons save and the server tells the same.

const form = document.querySelector("form[data-autosave]");
if (form) {
  const status = document.getElementById("save-status");
  const seenField = form.elements.seen;
  let seen = JSON.parse(seenField.value || "{}");
  const changed = new Map();
  let timer = null;
  let sending = false;

  const note = (text) => {
    if (status) status.textContent = text;
  };
  const cellsOf = (root) => root.querySelectorAll("[data-grid] input, [data-grid] select, [data-snapshot]");

  const schedule = (wait) => {
    clearTimeout(timer);
    timer = setTimeout(send, wait);
  };

  async function send() {
    if (sending || changed.size === 0) return;
    sending = true;
    const batch = new Map(changed);
    const body = new FormData();
    body.set("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
    const known = {};
    batch.forEach((value, name) => {
      body.set(name, value);
      const seenDay = form.elements[`seen-${name}`];
      if (seenDay) body.set(seenDay.name, seenDay.value);
      else known[name] = seen[name] ?? "";
    });
    body.set("seen", JSON.stringify(known));
    try {
      const answer = await fetch(form.dataset.autosave, { method: "POST", body, headers: { Accept: "application/json" } });
      const data = await answer.json();
      if (!answer.ok) {
        note(data.problem || "Not saved. Your numbers stay here.");
      } else {
        batch.forEach((value, name) => {
          if (changed.get(name) === value) changed.delete(name);
        });
        show(data);
      }
    } catch {
      note("Not saved: no connection. Your numbers stay here.");
    }
    sending = false;
    if (changed.size) schedule(4000);
  }

  // Being at work here is said on the first touch and once a minute while this window is used.
  let saidAt = 0;
  let usedAt = 0;
  async function beHere() {
    saidAt = Date.now();
    const body = new FormData();
    body.set("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
    try {
      const answer = await fetch(form.dataset.autosave, { method: "POST", body, headers: { Accept: "application/json" } });
      if (answer.ok) whoIsHere((await answer.json()).here);
    } catch {
      // Without a connection nobody is told; the next save says so on the status line.
    }
  }
  form.addEventListener("focusin", () => {
    usedAt = Date.now();
    if (usedAt - saidAt > 60000) beHere();
  });
  setInterval(() => {
    if (!document.hidden && Date.now() - usedAt < 240000 && Date.now() - saidAt > 55000) beHere();
  }, 60000);

  function whoIsHere(names) {
    const place = document.getElementById("who-is-here");
    if (!place || !names) return;
    place.hidden = names.length === 0;
    place.querySelector("p").textContent = `${names.join(", ")} ${names.length === 1 ? "is" : "are"} in this section now. Your changes will not overwrite each other.`;
  }

  function show(data) {
    whoIsHere(data.here);
    Object.entries(data.values).forEach(([name, value]) => {
      const seenDay = form.elements[`seen-${name}`];
      if (seenDay) seenDay.value = value || form.elements[name].dataset.asked;
      else if (!data.conflicts.some((item) => item.name === `choose/${name}`)) seen[name] = value.replace(/[,\s]/g, "");
    });
    seenField.value = JSON.stringify(seen);
    markErrors(data.errors);
    Object.entries(data.said).forEach(([code, rows]) => {
      const place = form.querySelector(`[data-said="${code}"]`);
      if (!place) return;
      const texts = rows.map((row) => row.text + row.base).join("");
      if (place.dataset.texts === texts) return;
      place.dataset.texts = texts;
      place.replaceChildren(
        ...rows.map((row) => {
          const box = document.createElement("div");
          box.className = row.waiting ? "edi-say edi-say--waiting" : "edi-say";
          box.textContent = row.text;
          if (row.base) {
            const small = document.createElement("small");
            small.textContent = row.base;
            box.append(small);
          }
          return box;
        })
      );
    });
    const clash = data.conflicts.length;
    note(
      clash
        ? `${clash} value was changed by somebody else. Save to see both.`
        : `Saved at ${data.saved_at}.${data.queries.length ? " A query asks for an explanation: save to see it." : ""}`
    );
  }

  function markErrors(errors) {
    cellsOf(form).forEach((input) => {
      const text = errors[input.name];
      const id = `${input.id}-error`;
      let message = document.getElementById(id);
      input.classList.toggle("nhsuk-input--error", Boolean(text));
      if (!text) {
        message?.remove();
        return;
      }
      if (!message) {
        message = document.createElement("span");
        message.className = "nhsuk-error-message";
        message.id = id;
        input.before(message);
        input.setAttribute("aria-describedby", `${input.getAttribute("aria-describedby") || ""} ${id}`.trim());
      }
      message.textContent = text;
    });
  }

  function totals() {
    form.querySelectorAll("[data-output]").forEach((place) => {
      const measure = place.closest("[data-grid]").dataset.measure;
      const rows = place.closest("tr").dataset.rows.split(" ");
      const columns = place.dataset.output.split(" ");
      const names = rows.flatMap((row) => columns.map((column) => `${measure}/${row}/${column}`));
      const numbers = names.map((name) => form.elements[name]?.value.replace(/[,\s]/g, "") || "");
      const filled = numbers.filter((text) => /^\d+(\.\d+)?$/.test(text)).map(Number);
      place.textContent = filled.length ? filled.reduce((sum, one) => sum + one, 0).toLocaleString("en-GB") : "–";
    });
  }

  form.addEventListener("input", (event) => {
    usedAt = Date.now();
    if (!event.target.closest("[data-grid], [data-snapshot]")) return;
    changed.set(event.target.name, event.target.value);
    totals();
    note("Not saved yet.");
    schedule(2000);
  });
  form.addEventListener("change", () => schedule(300));
  window.addEventListener("online", () => schedule(100));

  // Enter and the arrow keys move in the column; Escape puts the saved value back.
  form.addEventListener("keydown", (event) => {
    const input = event.target;
    if (!input.closest?.("[data-grid]") || input.tagName !== "INPUT") return;
    if (event.key === "Escape" && input.name in seen) {
      input.value = seen[input.name];
      changed.delete(input.name);
      totals();
      return;
    }
    const step = { Enter: 1, ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const cell = input.closest("td");
    let row = cell.parentElement;
    do {
      row = step > 0 ? row.nextElementSibling : row.previousElementSibling;
    } while (row && !row.cells[cell.cellIndex]?.querySelector("input"));
    row?.cells[cell.cellIndex].querySelector("input").focus();
  });

  // A block copied from a spreadsheet fills right and down from the cell, and can be undone.
  form.addEventListener("paste", (event) => {
    const input = event.target;
    const text = event.clipboardData?.getData("text") || "";
    if (!input.closest?.("[data-grid]") || !/[\t\n]/.test(text.trim())) return;
    event.preventDefault();
    const lines = text.replace(/\r/g, "").replace(/\n$/, "").split("\n").map((line) => line.split("\t"));
    const grid = input.closest("[data-grid]");
    const table = [...grid.tBodies[0].rows].map((row) => [...row.querySelectorAll("input")]).filter((row) => row.length);
    const top = table.findIndex((row) => row.includes(input));
    const left = table[top].indexOf(input);
    const width = Math.max(...lines.map((line) => line.length));
    if (top + lines.length > table.length || left + width > table[top].length) {
      note(`Nothing was filled: the block is ${lines.length} by ${width}, there is room for ${table.length - top} by ${table[top].length - left}.`);
      return;
    }
    const before = [];
    lines.forEach((line, down) =>
      line.forEach((value, right) => {
        const target = table[top + down][left + right];
        before.push([target, target.value]);
        target.value = value.trim();
        target.classList.add("edi-grid__pasted");
        changed.set(target.name, target.value);
      })
    );
    totals();
    offerUndo(grid, before);
    schedule(2000);
  });

  function offerUndo(grid, before) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "nhsuk-button nhsuk-button--secondary";
    button.textContent = "Undo paste";
    button.addEventListener("click", () => {
      before.forEach(([target, value]) => {
        target.value = value;
        target.classList.remove("edi-grid__pasted");
        changed.set(target.name, value);
      });
      totals();
      schedule(100);
      button.remove();
    });
    grid.after(button);
  }
}
