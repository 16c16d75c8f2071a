// Heat table: a click on a mark opens it, and a switch lets the arrow keys move through the marks.
// The address of a mark is that of its row with the organisation of its column, so the cells stay short.

function place(cell) {
  const table = cell.closest("table");
  const row = cell.parentElement;
  const marks = [...row.querySelectorAll("td:not(.edi-heat__sum)")];
  const column = table.querySelectorAll("thead th[data-organisation]")[marks.indexOf(cell)];
  return { row, column, marks, index: marks.indexOf(cell) };
}

function addressOf(cell) {
  const { row, column } = place(cell);
  if (!row.dataset.url || !column) return "";
  const address = new URL(row.dataset.url, window.location.href);
  address.searchParams.set("organisation", column.dataset.organisation);
  return address.href;
}

function say(cell, status) {
  const { row, column } = place(cell);
  status.textContent = `${row.querySelector("th a")?.textContent ?? ""}, ${column?.textContent.trim() ?? ""}, ${cell.textContent.toLowerCase()}`;
}

function focusOn(cell, table, status) {
  table.querySelectorAll("td[tabindex='0']").forEach((other) => other.setAttribute("tabindex", "-1"));
  cell.setAttribute("tabindex", "0");
  cell.focus();
  say(cell, status);
}

document.querySelectorAll("[data-heat]").forEach((region) => {
  const table = region.querySelector("table");
  const status = region.querySelector("[role='status']");
  const control = region.querySelector("[data-heat-move]");
  const rows = () => [...table.querySelectorAll("tbody tr[data-url]")];
  table.classList.add("edi-heat--links");

  table.addEventListener("click", (event) => {
    const cell = event.target.closest("tbody td:not(.edi-heat__sum)");
    const address = cell && addressOf(cell);
    if (address) window.location.assign(address);
  });

  if (!control) return;
  control.hidden = false;
  control.addEventListener("click", () => {
    const on = control.getAttribute("aria-pressed") !== "true";
    control.setAttribute("aria-pressed", String(on));
    const first = table.querySelector("tbody tr[data-url] td:not(.edi-heat__sum)");
    if (on && first) focusOn(first, table, status);
    if (!on) table.querySelectorAll("td[tabindex]").forEach((cell) => cell.removeAttribute("tabindex"));
  });

  table.addEventListener("keydown", (event) => {
    const cell = event.target.closest("td");
    if (!cell || control.getAttribute("aria-pressed") !== "true") return;
    const { row, marks, index } = place(cell);
    const all = rows();
    const line = all.indexOf(row);
    const below = (step) => [...(all[line + step]?.querySelectorAll("td:not(.edi-heat__sum)") ?? [])][index];
    const next = {
      ArrowRight: () => marks[index + 1],
      ArrowLeft: () => marks[index - 1],
      ArrowDown: () => below(1),
      ArrowUp: () => below(-1),
      Home: () => marks[0],
      End: () => marks[marks.length - 1],
    }[event.key];
    if (next) {
      event.preventDefault();
      const target = next();
      if (target) focusOn(target, table, status);
    } else if (event.key === "Enter") {
      window.location.assign(addressOf(cell));
    } else if (event.key === "Escape") {
      control.click();
      control.focus();
    }
  });
});
