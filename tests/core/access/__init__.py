"""What a patient may ask for."""
