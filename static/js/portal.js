// Small enhancements of every page. Without this script everything still works.
// The NHS components are loaded from the address that the page names, so that a new version is never mixed with an old page.

const body = document.body;
body.classList.add("js-enabled");
if ("noModule" in HTMLScriptElement.prototype) {
  body.classList.add("nhsuk-frontend-supported");
}

const address = document.querySelector("script[data-nhsuk]")?.dataset.nhsuk;
if (address) {
  const { initAll } = await import(address);
  initAll();
}

// A form that was sent is not sent a second time by a double click.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.dataset.sent && Date.now() - Number(form.dataset.sent) < 2000) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = String(Date.now());
});

// A page shown again by the back button may be sent again.
window.addEventListener("pageshow", (event) => {
  if (event.persisted) {
    document.querySelectorAll("form[data-sent]").forEach((form) => delete form.dataset.sent);
  }
});

// The parts of a long list are folded on a phone, where its table stands as one long column. Wider, nothing is ever folded away.
const phone = window.matchMedia("(max-width: 640px)");
function foldLists() {
  document.querySelectorAll("details.edi-folds").forEach((details) => {
    details.open = !phone.matches;
  });
}
if (document.querySelectorAll("details.edi-folds").length > 1) {
  foldLists();
  phone.addEventListener("change", foldLists);
}

// Everything that is folded is printed unfolded, and folded again afterwards.
window.addEventListener("beforeprint", () => {
  document.querySelectorAll("details:not([open])").forEach((details) => {
    details.open = true;
    details.dataset.openedForPrint = "";
  });
});
window.addEventListener("afterprint", () => {
  document.querySelectorAll("details[data-opened-for-print]").forEach((details) => {
    details.open = false;
    delete details.dataset.openedForPrint;
  });
});

// A filter sends itself when a select changes only where the page says so; the button stays.
document.querySelectorAll("form[data-send-on-change] select").forEach((select) => {
  select.addEventListener("change", () => select.form.requestSubmit());
});

// Number fields marked with data-grouped get commas when they are left; the server reads both.
document.addEventListener("focusout", (event) => {
  const input = event.target;
  if (input.matches?.("input[data-grouped]") && /^\d{4,}$/.test(input.value.trim())) {
    input.value = input.value.trim().replace(/\B(?=(\d{3})+$)/g, ",");
  }
});
