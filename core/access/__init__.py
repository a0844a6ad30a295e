"""What a patient may ask for: their whole record in one file (GDPR art. 15 and 20; a "subject access request")."""
