import { cameraSays } from './camera-says.ts'

export const intrusion = cameraSays('intrusion', 'intrusion', 'high', 'path', {
  zh: '有人进入布防区域，随后离开',
  en: 'Somebody enters a guarded area, and leaves'
})
