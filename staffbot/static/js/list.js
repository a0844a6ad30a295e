// <conversation-list>: rows that move up, count and can be filtered; the row under the pointer never moves (U20).
import { live } from "./live.js"
import { clone } from "./rows.js"
import { initials, inWords, localise } from "./time.js"

const app = document.querySelector(".app")

export class ConversationList extends HTMLElement {
  connectedCallback() {
    localise(this)
    document.getElementById("filter").addEventListener("input", (event) => this.#filter(event.target.value))
    live.addEventListener("message.created", (event) => this.#spoken(event.detail))
    live.addEventListener("read.updated", (event) => this.#count(event.detail.conversation_id, event.detail.unread))
    live.addEventListener("ready", (event) => this.#greeted(event.detail))
    for (const button of document.querySelectorAll(".start")) button.addEventListener("click", () => this.#start(button.dataset))
  }

  async #start({ staff, group }) {
    const opened = await live.ask("conversation.open", staff ? { staff } : { group })
    location.href = `/c/${opened.id}`
  }

  #greeted({ conversations }) {
    for (const one of conversations) {
      this.#count(one.id, one.id === app.dataset.conversation ? 0 : one.unread)
    }
  }

  async #spoken(message) {
    let row = this.#row(message.conversation)
    if (!row) row = this.#fresh(message)
    row.querySelector(".last span").textContent = message.text
    const time = row.querySelector("time")
    time.setAttribute("datetime", message.created_at)
    time.textContent = inWords(message.created_at)
    const mine = message.author?.id === app.dataset.me
    if (!mine && message.conversation !== app.dataset.conversation) this.#count(message.conversation, this.#unread(row) + 1)
    if (!this.matches(":hover") && !this.contains(document.activeElement)) this.#first(row)
  }

  #fresh(message) {
    const row = clone("t-conversation")
    const title = message.author?.name ?? "Patient"
    row.href = `/c/${message.conversation}`
    row.dataset.conversation = message.conversation
    row.dataset.title = title
    row.querySelector("b").textContent = title
    row.querySelector(".face").textContent = initials(title)
    this.prepend(row)
    return row
  }

  #first(row) {
    const heading = row.previousElementSibling?.tagName === "H2" ? row.previousElementSibling : [...this.querySelectorAll("h2")].findLast((h) => h.compareDocumentPosition(row) & Node.DOCUMENT_POSITION_FOLLOWING)
    if (heading && heading.nextElementSibling !== row) heading.after(row)
  }

  #row(id) { return this.querySelector(`[data-conversation="${CSS.escape(id)}"]`) }
  #unread(row) { return Number.parseInt(row.querySelector(".count").textContent, 10) || 0 }

  #count(id, unread) {
    const row = this.#row(id)
    if (!row) return
    const count = row.querySelector(".count")
    count.hidden = !unread
    count.firstChild ? (count.firstChild.textContent = String(unread)) : (count.textContent = String(unread))
    row.classList.toggle("unread", unread > 0)
    const all = [...this.querySelectorAll(".row.unread")].reduce((sum, one) => sum + this.#unread(one), 0)
    document.title = `${all ? `(${all}) ` : ""}${app.dataset.title || "Chat"} – Latchkey`
  }

  #filter(typed) {
    const wanted = typed.toLocaleLowerCase().normalize("NFKD").replace(/\p{M}/gu, "")
    for (const row of this.querySelectorAll(".row")) {
      const name = row.dataset.title.toLocaleLowerCase().normalize("NFKD").replace(/\p{M}/gu, "")
      row.hidden = !wanted.split(/\s+/).every((part) => name.split(/\s+/).some((word) => word.startsWith(part)))
    }
  }
}

customElements.define("conversation-list", ConversationList)
