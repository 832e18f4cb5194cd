package id.hadir.app.kit

import android.view.View

/**
 * Does [press] when the view is pressed, as long as it stands on the screen: the second of two quick presses may come when the
 * first has led on already, and must not press what is gone.
 */
fun View.onPress(press: () -> Unit) = setOnClickListener { if (isAttachedToWindow) press() }
