// <message-list>: the messages of the open conversation; what arrives is added, ticks move in place, nothing jumps.
import { live } from "./live.js"
import { fill, messageRow } from "./rows.js"
import { say } from "./say.js"
import { localise } from "./time.js"

const MOST_ROWS = 400
const app = document.querySelector(".app")

export class MessageList extends HTMLElement {
  #inner = null
  #loading = false
  #done = false

  connectedCallback() {
    this.#inner = this.querySelector(".log-in")
    localise(this)
    this.scrollTop = this.scrollHeight
    this.addEventListener("scroll", () => { if (this.scrollTop < 200) this.#older() }, { passive: true })
    live.addEventListener("message.created", (event) => this.#arrived(event.detail))
    live.addEventListener("message.updated", (event) => this.#changed(event.detail))
    live.addEventListener("delivery.updated", (event) => this.#moved(event.detail))
    live.addEventListener("ready", (event) => { this.#read(); if (event.detail.again) this.#newer() })
    document.addEventListener("visibilitychange", () => this.#read())
    if (location.hash.startsWith("#m-")) document.getElementById(location.hash.slice(1))?.classList.add("fresh")
  }

  // Puts a message into its place; the same one twice is one row.
  add(message) {
    const known = document.getElementById(`m-${message.id}`)
    if (known) { fill(known, message); return known }
    const atEnd = this.scrollHeight - this.scrollTop - this.clientHeight < 80
    const row = messageRow(message)
    const after = [...this.#inner.querySelectorAll(".msg")].reverse().find((one) => Number(one.dataset.seq) < message.seq)
    this.#inner.querySelector(".nothing")?.remove()
    if (after) after.after(row)
    else this.#inner.prepend(row)
    while (atEnd && this.#inner.querySelectorAll(".msg").length > MOST_ROWS) this.#inner.querySelector(".msg").remove()
    if (atEnd) this.scrollTop = this.scrollHeight
    return row
  }

  #arrived(message) {
    if (message.conversation !== app.dataset.conversation) return
    this.add(message)
    if (message.author?.id !== app.dataset.me) say(`${message.author?.name ?? app.dataset.title}: ${message.text}`)
    this.#read()
  }

  #changed(message) {
    const row = document.getElementById(`m-${message.id}`)
    if (row) fill(row, message)
  }

  // A status moved: the row shows a release's words where there is one, so it asks for the message anew.
  async #moved({ message }) {
    const row = document.getElementById(`m-${message}`)
    if (!row) return
    const seq = Number(row.dataset.seq)
    const { messages } = await live.ask("conversation.history", { conversation: app.dataset.conversation, after: seq - 1, limit: 1 })
    if (messages[0]?.id === message) fill(row, messages[0])
  }

  async #older() {
    const first = this.#inner.querySelector(".msg")
    if (this.#loading || this.#done || !first || !live.ready) return
    this.#loading = true
    try {
      const { messages } = await live.ask("conversation.history", { conversation: app.dataset.conversation, before: Number(first.dataset.seq), limit: 50 })
      this.#done = messages.length === 0
      const height = this.scrollHeight
      this.#inner.prepend(...messages.map(messageRow))
      this.scrollTop += this.scrollHeight - height
    } finally {
      this.#loading = false
    }
  }

  async #newer() {
    const last = [...this.#inner.querySelectorAll(".msg")].at(-1)
    const { messages } = await live.ask("conversation.history", { conversation: app.dataset.conversation, after: Number(last?.dataset.seq ?? 0), limit: 100 })
    for (const message of messages) this.add(message)
  }

  #read() {
    const last = [...this.#inner.querySelectorAll(".msg")].at(-1)
    if (document.visibilityState !== "visible" || !last || !live.ready) return
    live.ask("conversation.read", { conversation: app.dataset.conversation, up_to: Number(last.dataset.seq) }).catch(() => {})
  }
}

customElements.define("message-list", MessageList)
