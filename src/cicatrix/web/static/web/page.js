// The little that pages do by themselves; every one of them works without it.
"use strict";

// htmx sends the CSRF token of the form it is in; a page without a form sends none.
document.addEventListener("htmx:sendError", () => document.body.classList.add("offline"));
document.addEventListener("htmx:afterRequest", (told) => {
  if (told.detail.successful) document.body.classList.remove("offline");
});
