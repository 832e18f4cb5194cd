package id.hadir.app

import android.app.Application

/** The process. It holds nothing yet: each screen opens what it shows. */
class HadirApp : Application()
