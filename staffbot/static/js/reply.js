// <reply-bar>: the message that the next one answers; it stands over the box until that is sent or put away.
export class ReplyBar extends HTMLElement {
  #to = null

  constructor() {
    super()
    this.querySelector("button").addEventListener("click", () => { this.clear(); document.getElementById("box").focus() })
  }

  // What goes along with the message.
  get fields() { return this.#to ? { reply_to: this.#to } : {} }

  answer(row) {
    this.#to = row.dataset.message
    const said = row.querySelector(".text")?.textContent ?? ""
    this.querySelector(".said").textContent = `${row.querySelector(".author").textContent}: ${said.length > 90 ? `${said.slice(0, 89)}…` : said}`
    this.hidden = false
    document.getElementById("box").focus()
  }

  clear() {
    this.#to = null
    this.hidden = true
  }
}

customElements.define("reply-bar", ReplyBar)
