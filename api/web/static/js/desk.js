// On a phone the desk's navigation and tabs scroll sideways: what is current comes into sight.

for (const current of document.querySelectorAll(".desk-nav [aria-current], .tabs [aria-current]")) {
  const list = current.closest("ul, nav");
  const scroller = list.scrollWidth > list.clientWidth ? list : list.parentElement;
  if (scroller.scrollWidth > scroller.clientWidth) {
    current.scrollIntoView({ block: "nearest", inline: "center" });
  }
}
