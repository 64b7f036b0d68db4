/* A passkey in place of typing: asks the server what to sign, lets the browser sign it, and sends the form. Without this, or in a
   browser that knows no passkeys, the form stays hidden and the page says what to do instead. */

const able = window.PublicKeyCredential && navigator.credentials;

for (const form of document.querySelectorAll("form[data-passkey]")) if (able) start(form);

function start(form) {
  form.hidden = false;
  for (const told of document.querySelectorAll("[data-no-passkey]")) told.hidden = true;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const button = form.querySelector("button"), trouble = form.querySelector("[data-trouble]");
    button.disabled = true;
    trouble.hidden = true;
    try {
      form.elements.answer.value = JSON.stringify(await answer(form));
      form.submit();
    } catch {
      trouble.hidden = false;
      trouble.setAttribute("role", "alert");
      button.disabled = false;
    }
  });
}

async function answer(form) {
  const told = await fetch(form.dataset.options, { method: "POST", headers: { accept: "application/json" } });
  if (!told.ok) throw new Error(String(told.status));
  const asked = await told.json(), kind = form.dataset.passkey;
  asked.challenge = bytes(asked.challenge);
  if (asked.user) asked.user.id = bytes(asked.user.id);
  for (const name of ["excludeCredentials", "allowCredentials"]) for (const one of asked[name] ?? []) one.id = bytes(one.id);
  const made = await navigator.credentials[kind]({ publicKey: asked });
  return { id: made.id, rawId: text(made.rawId), type: made.type, clientExtensionResults: {}, response: response(made.response) };
}

/* What the server reads: of a new passkey its attestation, of a known one its signature. */
function response(given) {
  const names = ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"];
  return Object.fromEntries(names.filter((name) => given[name]).map((name) => [name, text(given[name])]));
}

function bytes(base64url) {
  const plain = atob(base64url.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(plain, (symbol) => symbol.charCodeAt(0));
}

function text(buffer) {
  let plain = "";
  for (const byte of new Uint8Array(buffer)) plain += String.fromCharCode(byte);
  return btoa(plain).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}
