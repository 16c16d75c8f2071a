// The sponsor's decision: a comment only where a section goes back, the statement only when all are approved,
// and a button that says what it will do. Without this script everything is visible and the server checks.

const form = document.getElementById("decision-form");
if (form) {
  const sections = [...form.querySelectorAll("[data-decision]")];
  const statement = form.querySelector("[data-statement]");
  const button = form.querySelector("[data-decide]");

  function show() {
    let back = 0;
    sections.forEach((section) => {
      const sent = section.querySelector("input[value=back]").checked;
      section.querySelector("[data-why]").hidden = !sent;
      back += sent ? 1 : 0;
    });
    statement.hidden = back > 0;
    const label = back ? `Send back ${back} ${back === 1 ? "section" : "sections"}` : "Sign off";
    // Leaving the comment by pressing the button comes through here too: text replaced under the pointer would swallow that click.
    if (button.textContent !== label) button.textContent = label;
  }

  form.addEventListener("change", show);
  show();
}
