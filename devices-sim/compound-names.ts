/** Made-up names: no compound of Lanzhou is meant. Everything that shows them adds 「试点·虚构」. */
export const COMPOUND_NAMES: readonly (readonly [zh: string, pinyin: string])[] = [
  ['杏林苑', 'Xinglin Yuan'], ['云梯家园', 'Yunti Jiayuan'], ['枣香里', 'Zaoxiang Li'], ['河柳新村', 'Heliu Xincun'], ['百合坪', 'Baihe Ping'],
  ['梨花坊', 'Lihua Fang'], ['青石院', 'Qingshi Yuan'], ['暖泉小区', 'Nuanquan Xiaoqu'], ['桃溪苑', 'Taoxi Yuan'], ['雁归里', 'Yangui Li'],
  ['陇上人家', 'Longshang Renjia'], ['松涛院', 'Songtao Yuan'], ['水车巷小区', 'Shuichexiang Xiaoqu'], ['丹霞新村', 'Danxia Xincun'], ['麦浪苑', 'Mailang Yuan'],
  ['榆荫里', 'Yuyin Li'], ['玫瑰坪', 'Meigui Ping'], ['星河家园', 'Xinghe Jiayuan'], ['向阳坊', 'Xiangyang Fang'], ['书香院', 'Shuxiang Yuan'],
  ['红枫苑', 'Hongfeng Yuan'], ['滩头新村', 'Tantou Xincun'], ['和顺里', 'Heshun Li'], ['银杏家园', 'Yinxing Jiayuan'], ['长风苑', 'Changfeng Yuan'],
  ['古槐院', 'Guhuai Yuan'], ['晴川里', 'Qingchuan Li'], ['稻香新村', 'Daoxiang Xincun'], ['月牙坪', 'Yueya Ping'], ['石榴苑', 'Shiliu Yuan'],
  ['驼铃家园', 'Tuoling Jiayuan'], ['丁香坊', 'Dingxiang Fang'], ['北塬新村', 'Beiyuan Xincun'], ['清渠里', 'Qingqu Li'], ['胡杨苑', 'Huyang Yuan'],
  ['锦绣塬', 'Jinxiu Yuan'], ['铁桥人家', 'Tieqiao Renjia'], ['兰草院', 'Lancao Yuan'], ['沙枣里', 'Shazao Li'], ['朝晖新村', 'Zhaohui Xincun'],
  ['梧桐苑', 'Wutong Yuan'], ['安居坪', 'Anju Ping'], ['春芽里', 'Chunya Li'], ['山丹家园', 'Shandan Jiayuan'], ['望河院', 'Wanghe Yuan'],
  ['茶马坊', 'Chama Fang'], ['金穗新村', 'Jinsui Xincun'], ['白塔人家', 'Baita Renjia'], ['翠屏苑', 'Cuiping Yuan'], ['新月里', 'Xinyue Li']
]

/** Districts and counties of Lanzhou and the New Area, with the middle of their built-up part (degrees, WGS 84, about a kilometre). */
export const DISTRICTS: readonly { readonly zh: string; readonly lat: number; readonly lon: number; readonly spread: number }[] = [
  { zh: '城关', lat: 36.057, lon: 103.826, spread: 0.02 },
  { zh: '七里河', lat: 36.066, lon: 103.786, spread: 0.015 },
  { zh: '安宁', lat: 36.104, lon: 103.719, spread: 0.015 },
  { zh: '西固', lat: 36.089, lon: 103.628, spread: 0.015 },
  { zh: '红古', lat: 36.346, lon: 102.859, spread: 0.015 },
  { zh: '榆中', lat: 35.843, lon: 104.113, spread: 0.015 },
  { zh: '皋兰', lat: 36.332, lon: 103.947, spread: 0.012 },
  { zh: '永登', lat: 36.737, lon: 103.26, spread: 0.012 },
  { zh: '新区', lat: 36.486, lon: 103.643, spread: 0.02 }
]
