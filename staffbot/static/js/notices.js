// <notice-bell>: what waits for one, under one's own name; answered in place (U53, U54).
import { live } from "./live.js"
import { clone } from "./rows.js"
import { inWords } from "./time.js"

const panel = document.getElementById("notices")

export class NoticeBell extends HTMLElement {
  #known = new Map()

  connectedCallback() {
    const button = this.querySelector("button")
    button.addEventListener("click", () => {
      panel.hidden = !panel.hidden
      button.setAttribute("aria-expanded", String(!panel.hidden))
      if (!panel.hidden) panel.querySelector("textarea")?.focus()
    })
    document.addEventListener("keydown", (event) => { if (event.key === "Escape" && !panel.hidden) { panel.hidden = true; button.focus() } })
    live.addEventListener("ready", (event) => { for (const one of event.detail.notifications.toReversed()) this.#put(one) })
    live.addEventListener("notification.created", (event) => this.#put(event.detail))
    live.addEventListener("notification.updated", (event) => this.#put(event.detail))
  }

  #put(notification) {
    const old = this.#known.get(notification.id)
    if (notification.done_at) {
      old?.row.remove()
      this.#known.delete(notification.id)
    } else if (old) {
      this.#fill(old.row, notification)
      this.#known.set(notification.id, { row: old.row, notification })
    } else {
      const row = this.#row(notification)
      panel.prepend(row)
      this.#known.set(notification.id, { row, notification })
    }
    this.#count()
  }

  #row(notification) {
    const row = clone("t-notification")
    row.dataset.notification = notification.id
    const field = row.querySelector("textarea")
    field.id = `reply-${notification.id}`
    row.querySelector("label").htmlFor = field.id
    row.querySelector("form").addEventListener("submit", (event) => { event.preventDefault(); this.#reply(row, notification.id, field) })
    row.querySelector(".done").addEventListener("click", () => live.ask("notification.read", { notification: notification.id, done: true }))
    this.#fill(row, notification)
    return row
  }

  #fill(row, notification) {
    row.querySelector("b").textContent = notification.from?.name ?? "A patient answered"
    row.querySelector("time").textContent = inWords(notification.created_at)
    row.querySelector(".text").textContent = notification.text
    row.querySelector("a").href = `/c/${notification.conversation}#m-${notification.message}`
    row.classList.toggle("unread", !notification.read_at)
  }

  async #reply(row, notification, field) {
    const problem = row.querySelector(".problem")
    try {
      await live.ask("notification.reply", { notification, text: field.value, client_id: crypto.randomUUID() })
      field.value = ""
      problem.textContent = "Sent."
    } catch (error) {
      problem.textContent = error.message
    }
  }

  #count() {
    const waiting = [...this.#known.values()].filter(({ notification }) => !notification.read_at).length
    const count = this.querySelector(".count")
    count.textContent = String(waiting)
    count.hidden = waiting === 0
    this.querySelector("button").setAttribute("aria-label", `Notifications, ${waiting} new`)
    panel.querySelector(".empty").hidden = this.#known.size > 0
  }
}

customElements.define("notice-bell", NoticeBell)
