"use strict"
// The only script of the portal, and only on pages that ask (S65). All it does can be done without it: what a page says
// and stores is the server's, in its words, which come with the element of the script.
const words = document.currentScript.dataset
