// Passkeys and security keys. allauth's own script (mfa/js/webauthn.js) speaks with the browser; it is told
// here, from data attributes, which form it serves, because the page may hold no inline script. What goes
// wrong is said in a sentence instead of vanishing in the console, and where there is no such thing as a
// passkey the button stays hidden.
const forms = window.allauth?.webauthn?.forms

if (forms && window.PublicKeyCredential) {
  for (const button of document.querySelectorAll('[data-passkey]')) {
    button.hidden = false
    const { passkey, credential, data, passwordless } = button.dataset
    const ids = { credential, data, passwordless, login: button.id, authenticate: button.id, add: button.id, signup: button.id }
    forms[`${passkey}Form`]({ ids })
  }
  for (const part of document.querySelectorAll('[data-passkey-part]')) part.hidden = false
  document.addEventListener('allauth.error', (event) => {
    event.preventDefault()
    const said = document.querySelector('[data-passkey-said]')
    if (said) said.textContent = said.dataset.passkeySaid
  })
}
