// <kept-codes> around a list of recovery codes: buttons to copy, print and save them. Without script the list stands.
const ACTS = { Copy: "copy", Print: "print", Download: "save" }

export class KeptCodes extends HTMLElement {
  constructor() {
    super()
    const row = document.createElement("p")
    row.className = "acts"
    for (const [words, act] of Object.entries(ACTS)) {
      const button = document.createElement("button")
      button.type = "button"
      button.className = "btn btn-s"
      button.textContent = words
      button.addEventListener("click", () => this.#do(act, button))
      row.append(button)
    }
    this.append(row)
  }

  async #do(act, button) {
    if (act === "print") return print()
    if (act === "save") return this.#save()
    await navigator.clipboard.writeText(this.#text())
    button.textContent = "Copied"
  }

  #text() {
    return [...this.querySelectorAll("li")].map((line, at) => `${at + 1}. ${line.textContent.trim()}`).join("\n")
  }

  #save() {
    const link = document.createElement("a")
    link.href = URL.createObjectURL(new Blob([this.#text()], { type: "text/plain" }))
    link.download = "latchkey-recovery-codes.txt"
    link.click()
    URL.revokeObjectURL(link.href)
  }
}
customElements.define("kept-codes", KeptCodes)
