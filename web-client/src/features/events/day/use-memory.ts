// The class at the table stays the same for many books, and from one mode to the next.
import { ref } from 'vue'

export const lastHolder = ref('')
