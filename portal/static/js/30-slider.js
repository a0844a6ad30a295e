// A slider beside the number that stands for it; the number is what counts, and can be typed as before (F48, U83).
{
  for (const field of document.querySelectorAll("[data-slider]")) {
    const [min, max, step] = field.dataset.slider.split(" ")
    const slider = document.createElement("input")
    const row = document.createElement("div")
    const end = (text) => Object.assign(document.createElement("span"), { textContent: text })
    Object.assign(slider, { min, max, step, type: "range" }) // its ends first, or it stands at the last of them
    slider.setAttribute("aria-label", field.labels[0].textContent.trim())
    row.className = "slide"
    row.append(end(min), slider, end(max))

    const follow = () => {
      const given = field.value.replace(",", ".").trim()
      const set = given !== "" && Number.isFinite(Number(given))
      if (set) slider.value = given
      row.classList.toggle("unset", !set)
      if (set) slider.removeAttribute("aria-valuetext")
      else slider.setAttribute("aria-valuetext", words.unset)
    }
    const lead = () => {
      field.value = slider.value
      follow()
      field.dispatchEvent(new Event("input", { bubbles: true }))
    }
    field.addEventListener("input", follow)
    slider.addEventListener("input", (event) => { event.stopPropagation(); lead() })
    slider.addEventListener("click", lead) // the middle, where it stands at first, is an answer, too
    slider.addEventListener("keydown", (event) => { if (event.key === " ") { event.preventDefault(); lead() } })
    follow()
    field.before(row)
  }
}
