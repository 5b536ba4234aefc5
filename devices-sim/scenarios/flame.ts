import { cameraSays } from './camera-says.ts'

export const flame = cameraSays('flame', 'flame', 'critical', 'parking', {
  zh: '摄像机看到明火，随后熄灭',
  en: 'A camera sees flames, and sees them go out'
})
