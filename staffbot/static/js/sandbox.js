// The pretend phone and mailbox, live: what arrives shows by itself, a code is copied with one press.
import { localise } from "./shown.js"

const EVERY = 1500 // ms
const page = document.querySelector("[data-mobile]")
const seen = page.dataset.newest // of what the page shows

async function look() {
  const lists = await Promise.all([page.dataset.mobile, page.dataset.email].filter(Boolean).map(async (to) => {
    const answer = await fetch(`/sandbox/messages.json?to=${encodeURIComponent(to)}`)
    return answer.ok ? answer.json() : null
  }))
  if (lists.includes(null)) return
  const newest = lists.flat().map((one) => `${one.sent_at}${one.status}`).sort().at(-1) ?? ""
  if (newest !== seen && !busy()) location.reload()
}

// Somebody types here, or opened what would be closed: what arrived shows once they are done.
function busy() {
  const typed = (one) => one.type !== "hidden" && one.value !== one.defaultValue
  return document.querySelector("details[open], select:focus") !== null || [...document.querySelectorAll("input")].some(typed)
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
