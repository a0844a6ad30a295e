// <go-anywhere>: Ctrl+K; people, groups, patients, pages and commands in one list (U21).
import { fits, open } from "./list.js"
import { live } from "./live.js"
import { clone } from "./rows.js"
import { initials, underline } from "./shown.js"

const field = document.getElementById("go-q")
const list = document.getElementById("go-list")

export class GoAnywhere extends HTMLElement {
  #dialog = this.querySelector("dialog")
  #items = []
  #chosen = 0
  #asked = 0
  #stale = false // more was typed than the list shown is about
  #eager = false // Enter was pressed meanwhile: where the first of the list for what is typed leads, once it is here

  constructor() {
    super()
    field.addEventListener("input", () => this.ask())
    field.addEventListener("keydown", (event) => this.#key(event))
  }

  // The conversations of the list, newest first.
  #recent(typed = "") {
    const rows = document.querySelector("conversation-list").every.filter((row) => fits(row.dataset.title, typed))
    const at = (row) => row.querySelector("time").getAttribute("datetime")
    return rows.sort((one, other) => at(other).localeCompare(at(one))).slice(0, 20)
      .map((row) => ({ kind: row.dataset.kind, label: row.dataset.title, detail: "", href: row.querySelector("a").href }))
  }

  // What fits the words in the field; without a connection what fits among the conversations of the list.
  async ask() {
    const mine = ++this.#asked
    const q = field.value
    this.#stale = true
    this.#eager = false
    const items = q.trim() ? await live.ask("go", { q }).then((found) => found.items, () => this.#recent(q)) : this.#recent()
    if (mine !== this.#asked) return
    this.#stale = false
    this.#show(items)
    if (this.#eager && items.length && this.#dialog.open) this.#go(items[0])
  }

  #show(items) {
    this.#items = items
    list.replaceChildren(...items.map((item, place) => {
      const option = clone("t-option")
      option.id = `g-${place}`
      option.querySelector(".face").textContent = item.kind === "command" ? "/" : initials(item.label)
      underline(option.querySelector("b"), item.label, field.value, item.kind === "command" ? 1 : Infinity)
      option.querySelector("small").textContent = item.detail
      option.addEventListener("click", () => this.#go(item))
      return option
    }))
    field.setAttribute("aria-expanded", String(items.length > 0))
    document.getElementById("go-none").hidden = items.length > 0
    this.#mark(0)
  }

  #mark(place) {
    this.#chosen = place
    for (const [n, option] of [...list.children].entries()) option.setAttribute("aria-selected", String(n === place))
    if (list.children[place]) field.setAttribute("aria-activedescendant", `g-${place}`)
    else field.removeAttribute("aria-activedescendant")
    list.children[place]?.scrollIntoView({ block: "nearest" })
  }

  #key(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (step && this.#items.length) { event.preventDefault(); this.#mark((this.#chosen + step + this.#items.length) % this.#items.length) }
    else if (event.key === "Enter" && this.#stale) { event.preventDefault(); this.#eager = true }
    else if (event.key === "Enter" && this.#items[this.#chosen]) { event.preventDefault(); this.#go(this.#items[this.#chosen]) }
  }

  #go(item) {
    this.#dialog.close()
    if (item.href) location.href = item.href
    else if (item.open) open(item.open)
    else document.querySelector("message-box")?.begin(item.insert)
  }
}

customElements.define("go-anywhere", GoAnywhere)
