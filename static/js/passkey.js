// Passkeys: the browser makes one, or proves one, and the form is sent with its answer.
const NOT_HERE = "This browser cannot use passkeys.";
const FAILED = "The passkey was not used. Try again.";

for (const button of document.querySelectorAll("button[data-passkey]")) {
  const says = document.getElementById(button.getAttribute("aria-describedby"));
  const otherwise = button.dataset.otherwise ?? "Or use your authenticator app.";
  const makes = button.dataset.passkey === "create";
  if (!window.PublicKeyCredential?.parseRequestOptionsFromJSON) {
    says.textContent = `${NOT_HERE} ${otherwise}`;
    continue;
  }
  button.hidden = false;
  button.addEventListener("click", async (event) => {
    event.preventDefault();
    const data = JSON.parse(document.getElementById("passkey-data").textContent);
    says.textContent = "";
    try {
      const credential = makes
        ? await navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(data.creation_options.publicKey) })
        : await navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(data.request_options.publicKey) });
      button.form.elements.credential.value = JSON.stringify(credential.toJSON());
      button.form.submit();
    } catch {
      says.textContent = `${FAILED} ${otherwise}`;
    }
  });
}
