// <notice-bell>: what waits for one, under one's own name, a row a thread; answered, done with (and back for ten seconds)
// or handed over in place (U53-U55).
import { colleagues } from "./actions.js"
import { live } from "./live.js"
import { openMenu } from "./menu.js"
import { clone } from "./rows.js"
import { ago, localise } from "./shown.js"
import { complain } from "./trouble.js"

const panel = document.getElementById("notices")
const feed = panel.querySelector(".rows")
const tellMe = document.getElementById("tell-me")
const tellWho = document.getElementById("tell-who")
const WHO = "notices-say-who" // a choice of this device (U57)
// Between one's tabs, where the browser has it: the one that is looked at says so.
const eyes = "BroadcastChannel" in window ? new BroadcastChannel("notices") : null
const GLANCE = 300 // ms in which it does
let seen = 0
eyes?.addEventListener("message", () => { seen = Date.now() })
const UNDO = 10000 // ms in which what is done can be brought back

// Outside the page nothing is said of what was written or about whom, and of who wrote only where that was chosen; one
// at a time for a thread (U57, S77).
async function tell({ conversation, message, from, kind_words, read_at, done_at }) {
  if (document.visibilityState !== "hidden") { eyes?.postMessage("seen"); return }
  if (read_at || done_at || !("Notification" in window) || Notification.permission !== "granted") return
  await new Promise((wait) => { setTimeout(wait, GLANCE) })
  if (Date.now() - seen < 2 * GLANCE) return
  const body = localStorage.getItem(WHO) ? [from?.name, kind_words].filter(Boolean).join(" · ") : ""
  const told = new Notification("New message in Latchkey", { tag: conversation, ...(body && { body }) })
  told.addEventListener("click", () => { window.focus(); told.close(); location.href = `/c/${conversation}#m-${message}` })
}

export class NoticeBell extends HTMLElement {
  #known = new Map()
  #counts = false

  constructor() {
    super()
    const button = this.querySelector("button")
    const show = (open) => {
      panel.hidden = !open
      if (open) localise(feed, ago)
      button.setAttribute("aria-expanded", String(open))
    }
    button.addEventListener("click", () => {
      show(panel.hidden)
      if (!panel.hidden) panel.querySelector("textarea")?.focus()
    })
    document.addEventListener("keydown", (event) => { if (event.key === "Escape" && !panel.hidden) { event.preventDefault(); show(false); button.focus() } })
    feed.addEventListener("keydown", (event) => this.#walk(event))
    live.addEventListener("ready", (event) => { for (const one of event.detail.notifications.toReversed()) this.#put(one) })
    for (const name of ["notification.created", "notification.updated"]) {
      live.addEventListener(name, (event) => { this.#put(event.detail); tell(event.detail) })
    }
    this.#offer()
  }

  // The browser is asked only when somebody presses the button (U57).
  #offer() {
    if (!("Notification" in window)) return
    const show = () => {
      tellMe.hidden = Notification.permission !== "default"
      tellWho.hidden = Notification.permission !== "granted"
    }
    show()
    tellMe.addEventListener("click", async () => {
      if (await Notification.requestPermission() === "denied") complain("Your browser does not let Latchkey tell you. Allow it in the browser's settings for this page.")
      show()
    })
    const choice = tellWho.querySelector("input")
    choice.checked = Boolean(localStorage.getItem(WHO))
    choice.addEventListener("change", () => { if (choice.checked) localStorage.setItem(WHO, "yes"); else localStorage.removeItem(WHO) })
  }

  // Page keys go from one to the next, as in any feed.
  #walk(event) {
    const step = { PageDown: 1, PageUp: -1 }[event.key]
    const rows = [...feed.children]
    const next = rows[rows.indexOf(event.target.closest("article")) + step]
    if (step) event.preventDefault()
    if (step && next) next.focus()
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
    row.querySelector(".about-whom").id = `notice-${notification.id}`
    row.setAttribute("aria-labelledby", `notice-${notification.id}`)
    row.querySelector("form").addEventListener("submit", (event) => { event.preventDefault(); this.#reply(row, notification.id, field) })
    const put = (fields) => live.ask("notification.read", { notification: notification.id, ...fields }).catch((error) => { row.querySelector(".problem").textContent = error.message })
    row.querySelector(".done").addEventListener("click", () => put({ done: true }))
    row.querySelector(".undo").addEventListener("click", () => put({ undo: true }))
    row.querySelector(".hand").addEventListener("click", (event) => this.#hand(row, notification.id, event.currentTarget))
    return row
  }

  // Done: the row stays for ten seconds, to be brought back; what was handed over is somebody else's by now. The focus
  // stays in the row, then goes to the next one.
  #away(row) {
    const here = row.contains(document.activeElement)
    const undo = row.querySelector(".undo")
    row.querySelector(".put-away").hidden = false
    row.querySelector(".put-away span").textContent = row.handed ? `Handed over to ${row.handed}.` : "Done."
    undo.hidden = Boolean(row.handed)
    row.querySelector("form").hidden = true
    if (here) (undo.hidden ? row : undo).focus()
    clearTimeout(row.leaving)
    row.leaving = setTimeout(() => {
      const next = row.nextElementSibling ?? row.previousElementSibling ?? this.querySelector("button")
      if (row.contains(document.activeElement)) next.focus()
      row.remove()
      this.#count()
    }, UNDO)
  }

  #hand(row, notification, button) {
    const to = async (person, name) => {
      row.handed = name
      try { await live.ask("notification.hand", { notification, to: person }) } catch (error) {
        row.handed = ""
        row.querySelector(".problem").textContent = error.message
      }
    }
    openMenu(button, colleagues().map(({ label, to: person }) => ({ label, run: () => to(person, label) })), "Hand over to")
  }

  #fill(row, notification) {
    clearTimeout(row.leaving)
    const back = row.querySelector("form").hidden && row.contains(document.activeElement)
    row.querySelector(".put-away").hidden = true
    row.querySelector("form").hidden = false
    row.handed = ""
    if (back) row.querySelector("textarea").focus()
    row.querySelector("label").textContent = notification.reply_words
    row.querySelector("textarea").placeholder = notification.reply_words
    row.querySelector("b").textContent = notification.from?.name ?? notification.title
    row.querySelector(".of").textContent = [notification.kind_words, notification.from && notification.from.name !== notification.title && notification.title].filter(Boolean).join(" · ")
    row.querySelector("time").setAttribute("datetime", notification.created_at)
    localise(row, ago)
    row.querySelector(".text").textContent = notification.text
    row.querySelector("a").href = `/c/${notification.conversation}#m-${notification.message}`
    row.classList.toggle("unread", !notification.read_at)
  }

  // Pressed twice it goes once, also again after an answer that was lost; what is typed behind it meanwhile stays.
  async #reply(row, notification, field) {
    const problem = row.querySelector(".problem")
    const text = field.value
    if (row.goes) return
    row.goes = true
    if (row.attempt?.text !== text) row.attempt = { text, id: crypto.randomUUID() }
    try {
      await live.ask("notification.reply", { notification, text, client_id: row.attempt.id })
      row.attempt = null
      if (field.value.startsWith(text)) field.value = field.value.slice(text.length)
      problem.textContent = "Sent."
    } catch (error) {
      if (error.code !== "offline") row.attempt = null
      problem.textContent = error.message
    } finally { row.goes = false }
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
