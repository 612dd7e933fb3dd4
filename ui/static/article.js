// Runs once for the opened article, with Gradio's element, props and watch.
const overlaid = matchMedia("(max-width: 62rem)"); // as in page.css
const talk = () => document.querySelector("#talk");
const close = () => {
  props.value = "";
  talk().inert = false;
  document.querySelector("[data-opener]")?.focus();
};
element.addEventListener("click", (event) => {
  if (event.target.closest("[data-close]")) close();
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && element.querySelector(".paper")) close();
});

watch("value", () => {
  const paper = element.querySelector(".paper");
  talk().inert = Boolean(paper) && overlaid.matches; // what the article covers cannot be reached by Tab
  if (!paper) return;
  const mark = paper.querySelector("mark");
  const text = paper.querySelector(".text");
  text.scrollTop += mark.getBoundingClientRect().top - text.getBoundingClientRect().top - text.clientHeight / 4;
  paper.querySelector("h2").focus({ preventScroll: true });
});
