// What is said to those who listen: one polite region, one urgent one; bursts are not repeated (U101).
const polite = document.getElementById("polite")
const urgent = document.getElementById("urgent")

export function say(text) { polite.textContent = text }
export function shout(text) { urgent.textContent = text }
