// <passkey-form options="…" does="get|create"> around a form: asks the browser for a passkey, then sends its answer as
// the form's field `credential`. Hidden where the browser has no passkeys; the password always works. `refused` is what
// is said when none was used.
export class PasskeyForm extends HTMLElement {
  constructor() {
    super()
    this.form = this.querySelector("form")
    if (!globalThis.PublicKeyCredential?.parseRequestOptionsFromJSON) return
    this.form.hidden = false
    this.form.querySelector("[autofocus]")?.focus() // what is hidden when the page begins is passed over
    this.form.addEventListener("submit", (event) => {
      if (this.form.elements.credential.value) return
      event.preventDefault()
      this.#ask()
    })
  }

  async #ask() {
    const button = this.form.querySelector("button")
    button.disabled = true
    try {
      const made = await this.#made(await this.#options())
      this.form.elements.credential.value = JSON.stringify(made.toJSON())
      this.form.requestSubmit()
    } catch {
      this.#say(this.getAttribute("refused"))
    } finally {
      button.disabled = false
      if (document.activeElement === document.body) button.focus() // it lost the focus when it could not be pressed
    }
  }

  async #options() {
    const token = this.form.elements.csrf_token.value
    const answer = await fetch(this.getAttribute("options"), { method: "POST", headers: { "X-CSRF-Token": token } })
    if (answer.status === 403 && this.getAttribute("does") === "create") {
      location.href = `/login/again?to=${encodeURIComponent(location.pathname + location.search)}` // proved too long ago
      return new Promise(() => {})
    }
    if (!answer.ok) throw new Error("refused")
    return answer.json()
  }

  #made(options) {
    if (this.getAttribute("does") === "create") {
      return navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) })
    }
    return navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) })
  }

  #say(words) {
    const line = this.querySelector("[role=alert]") ?? document.createElement("p")
    line.setAttribute("role", "alert")
    line.className = "note"
    line.textContent = words
    this.append(line)
  }
}
customElements.define("passkey-form", PasskeyForm)
