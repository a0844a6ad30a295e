// What is said to those who listen: one polite region, one urgent one; at most one thing in two seconds, bursts are
// summed (U101).
const EVERY = 2000
const polite = document.getElementById("polite")
const urgent = document.getElementById("urgent")
let waiting = []
let timer = null

export function say(text) {
  waiting.push(text)
  if (timer) return
  speak()
  timer = setTimeout(function again() {
    timer = waiting.length ? setTimeout(again, EVERY) : null
    speak()
  }, EVERY)
}

export function shout(text) { urgent.textContent = text }

function speak() {
  if (waiting.length) polite.textContent = waiting.length === 1 ? waiting[0] : `${waiting.length} ${polite.dataset.many ?? "new messages"}`
  waiting = []
}
