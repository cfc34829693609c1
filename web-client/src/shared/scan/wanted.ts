import { ref } from 'vue'

/** Whoever opened the camera wants it open on the next screen as well. */
export const scannerWanted = ref(false)
