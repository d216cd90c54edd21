// A form that is sent once: a second press would be answered without the codes that are shown this once.
"use strict";
for (const form of document.querySelectorAll("form[data-once]")) {
  let isSent = false;
  form.addEventListener("submit", (event) => {
    if (isSent) event.preventDefault();
    isSent = true;
  });
  addEventListener("pageshow", () => (isSent = false)); // come back to: it may be sent again
}
