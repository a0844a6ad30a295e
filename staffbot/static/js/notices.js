// <notice-bell>: what waits for one, under one's own name, a row a thread; answered, done with (and back for ten seconds)
// or handed over in place (U53-U55).
import { colleagues } from "./actions.js"
import { live } from "./live.js"
import { openMenu } from "./menu.js"
import { clone } from "./rows.js"
import { inWords } from "./shown.js"

const panel = document.getElementById("notices")
const feed = panel.querySelector(".rows")
const tellMe = document.getElementById("tell-me")
const UNDO = 10000 // ms in which what is done can be brought back

// Outside the page nothing is said of who wrote, what or about whom; one at a time for a thread.
function tell({ conversation, read_at, done_at }) {
  if (document.visibilityState !== "hidden" || read_at || done_at || !("Notification" in window) || Notification.permission !== "granted") return
  new Notification("New message in Latchkey", { tag: conversation })
}

export class NoticeBell extends HTMLElement {
  #known = new Map()
  #counts = false

  connectedCallback() {
    const button = this.querySelector("button")
    button.addEventListener("click", () => {
      panel.hidden = !panel.hidden
      button.setAttribute("aria-expanded", String(!panel.hidden))
      if (!panel.hidden) panel.querySelector("textarea")?.focus()
    })
    document.addEventListener("keydown", (event) => { if (event.key === "Escape" && !panel.hidden) { event.preventDefault(); panel.hidden = true; button.focus() } })
    live.addEventListener("ready", (event) => { for (const one of event.detail.notifications.toReversed()) this.#put(one) })
    for (const name of ["notification.created", "notification.updated"]) {
      live.addEventListener(name, (event) => { this.#put(event.detail); tell(event.detail) })
    }
    this.#offer()
  }

  // The browser is asked only when somebody presses the button (U57).
  #offer() {
    if (!("Notification" in window) || Notification.permission !== "default") return
    tellMe.hidden = false
    tellMe.addEventListener("click", async () => { await Notification.requestPermission(); tellMe.hidden = true })
  }

  #put(notification) {
    const old = this.#known.get(notification.id)
    if (notification.done_at) {
      if (old) this.#away(old.row)
      this.#known.delete(notification.id)
    } else {
      const row = old?.row ?? feed.querySelector(`[data-notification="${notification.id}"]`) ?? this.#row(notification)
      const moved = !old || old.notification.message !== notification.message
      if (moved && !row.contains(document.activeElement)) feed.prepend(row)
      this.#fill(row, notification)
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
    row.querySelector(".undo").addEventListener("click", () => live.ask("notification.read", { notification: notification.id, undo: true }))
    row.querySelector(".hand").addEventListener("click", (event) => this.#hand(row, notification.id, event.currentTarget))
    return row
  }

  // Done: the row stays for ten seconds, to be brought back.
  #away(row) {
    row.querySelector(".put-away").hidden = false
    row.querySelector("form").hidden = true
    clearTimeout(row.leaving)
    row.leaving = setTimeout(() => { row.remove(); this.#count() }, UNDO)
  }

  #hand(row, notification, button) {
    const to = async (person) => {
      try { await live.ask("notification.hand", { notification, to: person }) } catch (error) { row.querySelector(".problem").textContent = error.message }
    }
    openMenu(button, colleagues().map(({ label, to: person }) => ({ label, run: () => to(person) })), "Hand over to")
  }

  #fill(row, notification) {
    clearTimeout(row.leaving)
    row.querySelector(".put-away").hidden = true
    row.querySelector("form").hidden = false
    row.querySelector("b").textContent = notification.from?.name ?? notification.title
    row.querySelector(".of").textContent = [notification.kind_words, notification.from && notification.title].filter(Boolean).join(" · ")
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

  // Once for all that comes together.
  #count() {
    if (!this.#counts) queueMicrotask(() => this.#recount())
    this.#counts = true
  }

  #recount() {
    this.#counts = false
    const waiting = [...this.#known.values()].filter(({ notification }) => !notification.read_at).length
    const count = this.querySelector(".count")
    count.textContent = String(waiting)
    count.hidden = waiting === 0
    this.querySelector("button").setAttribute("aria-label", `Notifications, ${waiting} new`)
    const rows = [...feed.children]
    panel.querySelector(".empty").hidden = rows.length > 0
    feed.toggleAttribute("hidden", rows.length === 0)
    for (const [at, row] of rows.entries()) { row.setAttribute("aria-posinset", String(at + 1)); row.setAttribute("aria-setsize", String(rows.length)) }
  }
}

customElements.define("notice-bell", NoticeBell)
