// The pretend phone and mailbox, live: what arrives shows by itself, a code is copied with one press.
import { localise } from "./shown.js"

const EVERY = 1500 // ms
const page = document.querySelector("[data-mobile]")
let seen = page.dataset.newest

async function look() {
  const lists = await Promise.all([page.dataset.mobile, page.dataset.email].filter(Boolean).map(async (to) => {
    const answer = await fetch(`/sandbox/messages.json?to=${encodeURIComponent(to)}`)
    return answer.ok ? answer.json() : []
  }))
  const newest = lists.flat().map((one) => `${one.sent_at}${one.status}`).sort().at(-1) ?? ""
  const busy = document.activeElement?.matches("input, select") && document.activeElement.value
  if (seen && newest !== seen && !busy) location.reload()
  seen = newest
}

for (const button of document.querySelectorAll(".copy-code")) {
  button.hidden = false
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(button.dataset.code)
    button.textContent = "Copied"
  })
}
localise(document)
look()
setInterval(() => look().catch(() => {}), EVERY)
