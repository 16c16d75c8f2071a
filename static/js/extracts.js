// The page of files: sends them with a bar and a button to stop, and keeps the number on the take-over button true.
// Without this script the form sends itself, and the page shows the result when the files are read.

const forms = document.querySelectorAll("form[data-extracts]");
const shelf = document.getElementById("reading");
const said = document.getElementById("reading-status");
const EVERY = 1000;

// One polite sentence at each quarter of the way.
let announced = 0;
const announce = (percent, text) => {
  const quarter = Math.floor(percent / 25) * 25;
  if (said && quarter > announced) {
    announced = quarter;
    said.textContent = `${text}: ${quarter}%`;
  }
};

const drawn = (title, percent, what, onStop) => {
  const box = document.createElement("div");
  box.className = "edi-job";
  const heading = document.createElement("p");
  const strong = document.createElement("strong");
  strong.textContent = title;
  heading.append(strong);
  const bar = document.createElement("progress");
  bar.className = "edi-progress";
  bar.max = 100;
  bar.value = percent;
  bar.setAttribute("aria-label", `${title}: ${percent} of 100`);
  const words = document.createElement("p");
  words.textContent = what;
  box.append(heading, bar, words);
  if (onStop) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "nhsuk-button nhsuk-button--secondary";
    button.textContent = "Stop";
    button.addEventListener("click", onStop);
    box.append(button);
  }
  return box;
};

async function look() {
  const answer = await fetch(shelf.dataset.progress, { headers: { Accept: "application/json" } });
  return answer.ok ? (await answer.json()).reading : [];
}

if (forms.length && shelf) {
  const problem = (text) => {
    shelf.replaceChildren();
    const box = document.createElement("div");
    box.className = "edi-job";
    box.setAttribute("role", "alert");
    const words = document.createElement("p");
    words.textContent = text;
    box.append(words);
    shelf.append(box);
    shelf.scrollIntoView({ block: "center" });
  };

  const send = (form, event) => {
    const files = [...form.querySelectorAll("input[type=file]")].flatMap((input) => [...input.files]);
    if (files.length === 0) return;
    event.preventDefault();
    const size = files.reduce((sum, file) => sum + file.size, 0);
    if (size > Number(form.dataset.largest)) {
      problem("These files are too large together. Upload them one by one.");
      return;
    }
    const buttons = form.querySelectorAll("button[type=submit]");
    const hide = (hidden) => buttons.forEach((button) => (button.hidden = hidden));
    hide(true);
    announced = 0;
    const request = new XMLHttpRequest();
    let timer = null;
    let state = { percent: 0, what: "Sending your files" };
    const redraw = () => {
      shelf.replaceChildren(drawn("Your files are being read", state.percent, state.what, stop));
      announce(state.percent, "Reading your files");
    };
    const done = () => {
      clearInterval(timer);
      hide(false);
      delete form.dataset.sent;
    };
    async function stop() {
      request.abort();
      done();
      // Where all bytes had arrived already, the portal itself has to be told.
      const body = new FormData();
      body.set("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
      try {
        const rows = await look();
        await Promise.all(rows.map((row) => fetch(row.stop, { method: "POST", body, headers: { Accept: "application/json" } })));
      } catch {
        // A connection that broke has stopped the reading by itself.
      }
      problem("You stopped the reading. Nothing of your files was kept.");
    }
    request.upload.addEventListener("progress", (sent) => {
      if (sent.lengthComputable) state.percent = Math.min(99, Math.round((100 * sent.loaded) / sent.total));
    });
    request.addEventListener("load", () => {
      done();
      let data = {};
      try {
        data = JSON.parse(request.responseText);
      } catch {
        data = { problem: "Your files could not be read now. Nothing was kept; try again." };
      }
      if (data.url) window.location.assign(data.url);
      else problem(data.problem || data.error);
    });
    request.addEventListener("error", () => {
      done();
      problem("The connection broke before your files were whole. Nothing was kept; upload them again.");
    });
    // A button for one sheet of a workbook has an address of its own.
    request.open("POST", event.submitter?.getAttribute("formaction") || form.getAttribute("action"));
    request.setRequestHeader("Accept", "application/json");
    request.send(new FormData(form));
    redraw();
    shelf.scrollIntoView({ block: "center" });
    timer = setInterval(async () => {
      try {
        const rows = await look();
        if (rows.length) state.what = `${rows[0].title}: ${rows[0].what}`;
      } catch {
        // The next look may reach the portal again.
      }
      redraw();
    }, EVERY);
  };
  forms.forEach((form) => form.addEventListener("submit", (event) => send(form, event)));
}

// Files that are read while the page is opened anew: show how far they are, and the result when they are done.
if (shelf && shelf.querySelector("progress")) {
  const timer = setInterval(async () => {
    let rows = [];
    try {
      rows = await look();
    } catch {
      return;
    }
    if (rows.length === 0) {
      clearInterval(timer);
      window.location.reload();
      return;
    }
    rows.forEach((row, index) => {
      const box = shelf.children[index];
      if (!box) return;
      box.querySelector("progress").value = row.percent;
      box.querySelector("progress + p").textContent = `${row.what}. You may close this page.`;
      announce(row.percent, row.title);
    });
  }, EVERY);
}

// The button names what it takes over.
const taking = document.querySelector("form[data-take-over]");
const number = taking?.querySelector("[data-number]");
if (number) {
  taking.addEventListener("change", () => {
    const cells = [...taking.querySelectorAll("input[name=question]:checked")].reduce(
      (sum, box) => sum + Number(box.dataset.cells),
      0,
    );
    number.textContent = `${cells.toLocaleString("en-GB")} ${cells === 1 ? "cell" : "cells"}`;
  });
}
