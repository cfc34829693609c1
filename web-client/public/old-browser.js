// Runs only in browsers without ES modules, which cannot start the application.
document.getElementById('app').innerHTML =
  '<p style="padding:24px;font-size:20px;line-height:1.6">您的浏览器版本太旧，打不开本页。请更新浏览器或微信，也可以拨打 12345 热线举报。</p>'
