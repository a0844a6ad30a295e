// What is said to those who listen: one polite region, one urgent one; at most one thing in two seconds, bursts are
// summed (U101).
const EVERY = 2000
const polite = document.getElementById("polite")
const urgent = document.getElementById("urgent")
let waiting = []
let came = [] // of what only counts once there is more of it
let timer = null

export function say(text) {
  waiting.push(text)
  soon()
}

// Something arrived: a burst of it is said as a number.
export function arrived(text) {
  came.push(text)
  soon()
}

export function shout(text) { urgent.textContent = text }

function soon() {
  if (timer) return
  speak()
  timer = setTimeout(function again() {
    timer = waiting.length || came.length ? setTimeout(again, EVERY) : null
    speak()
  }, EVERY)
}

function speak() {
  const burst = came.length > 1 ? [`${came.length} ${polite.dataset.many ?? "new messages"}`] : came
  const said = [...new Set([...waiting, ...burst])].join(". ")
  if (said) polite.textContent = said
  waiting = []
  came = []
}
