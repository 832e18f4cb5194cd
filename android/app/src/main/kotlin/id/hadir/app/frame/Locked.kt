package id.hadir.app.frame

import id.hadir.app.HadirApp
import id.hadir.app.people.Locks

/** What the PINs of this phone keep shut. */
val Host.locks: Locks get() = (activity.applicationContext as HadirApp).locks
