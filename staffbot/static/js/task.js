// <task-line>: what a message asks of whom, and what one can do about it: take, done, pass on (U58).
import { live } from "./live.js"
import { openMenu } from "./menu.js"
import { say, shout } from "./say.js"
import { dueInWords } from "./time.js"

const app = document.querySelector(".app")

export class TaskLine extends HTMLElement {
  connectedCallback() {
    this.addEventListener("click", (event) => {
      const button = event.target.closest("button[data-do]")
      if (!button) return
      const row = this.closest(".msg")
      if (button.dataset.do === "hand") handOver(row, button)
      else step(row, `task.${button.dataset.do}`)
    })
  }

  // Whether one may end it or pass it on: nobody has it, or oneself does or asked for it.
  get free() {
    const { state, held } = this.dataset
    return !state || ((state === "open" || state === "taken") && (!held || held.split(" ").includes(app.dataset.me)))
  }

  show(task) {
    this.hidden = !task
    for (const name of ["state", "held", "holder"]) delete this.dataset[name]
    if (!task) return
    Object.assign(this.dataset, { state: task.state, held: task.held_by.join(" "), holder: task.holder?.id ?? "" })
    this.querySelector(".said").textContent = task.words
    this.querySelector(".until").hidden = !task.due_at
    this.querySelector(".late").hidden = !task.late
    const due = this.querySelector(".due")
    due.setAttribute("datetime", task.due_at ?? "")
    due.textContent = task.due_at ? dueInWords(task.due_at, app.dataset.zone) : ""
    this.querySelector("[data-do=take]").hidden = task.state !== "open"
    for (const name of ["done", "hand"]) this.querySelector(`[data-do=${name}]`).hidden = !this.free
  }
}

// One step about a message; what is refused is said over the box and to those who listen.
export async function step(row, op, fields = {}) {
  const problem = document.getElementById("problem")
  try {
    const message = await live.ask(op, { message: row.dataset.message, ...fields })
    problem.hidden = true
    say(message.task.words)
    if (message.conversation !== app.dataset.conversation) say(`Asked of ${message.task.to.name} in another conversation`)
  } catch (error) {
    problem.textContent = error.message
    problem.hidden = false
    shout(error.message)
  }
}

// Colleagues and groups, as the page knows them.
export function colleagues() {
  return [...document.querySelectorAll(".start")].map((one) => ({ label: one.textContent, to: one.dataset.staff ?? one.dataset.group }))
}

export function handOver(row, button) {
  openMenu(button, colleagues().map(({ label, to }) => ({ label, run: () => step(row, "task.hand", { to, client_id: crypto.randomUUID() }) })), "Hand over to")
}

customElements.define("task-line", TaskLine)
