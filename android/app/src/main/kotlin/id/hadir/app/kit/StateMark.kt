package id.hadir.app.kit

import android.content.Context
import android.graphics.Canvas
import android.graphics.DashPathEffect
import android.graphics.Paint
import android.graphics.Path
import android.view.View
import id.hadir.app.R
import id.hadir.core.FormMark
import id.hadir.core.WindowMark

/** The shapes of states. Each can be told from every other without colour. */
enum class Shape {
    TICK_DISC,
    TICK_RING,
    CLOCK,
    DIAMOND,
    RING_DOT,
    RING_DASHED,
    RING_STRUCK,
    FRAME_DASHED,
    DASH,
}

/** A state as a shape and a colour; [spoken] says it where no word stands beside it. */
class StateMark(
    context: Context,
    val shape: Shape,
    tone: Tone,
    spoken: CharSequence,
    private val sideDp: Int = SIDE,
) : View(context) {
    private val line =
        Paint(Paint.ANTI_ALIAS_FLAG).apply {
            color = context.getColor(tone.text)
            style = Paint.Style.STROKE
            strokeWidth = STROKE
            strokeCap = Paint.Cap.ROUND
            strokeJoin = Paint.Join.ROUND
        }
    private val fill = Paint(Paint.ANTI_ALIAS_FLAG).apply { color = line.color }
    private val inside = Paint(line).apply { color = context.getColor(R.color.surface) }
    private val path = Path()

    init {
        contentDescription = spoken
    }

    override fun onMeasure(
        widthMeasureSpec: Int,
        heightMeasureSpec: Int,
    ) = setMeasuredDimension(px(sideDp), px(sideDp))

    override fun onDraw(canvas: Canvas) {
        canvas.scale(width / GRID, height / GRID)
        when (shape) {
            Shape.TICK_DISC -> {
                canvas.drawCircle(MID, MID, DISC, fill)
                tick(canvas, inside)
            }

            Shape.TICK_RING -> {
                canvas.drawCircle(MID, MID, RING, line)
                tick(canvas, line)
            }

            Shape.CLOCK -> {
                canvas.drawCircle(MID, MID, RING, line)
                stroke(canvas, line, 12f, 7.5f, 12f, 12f, 15f, 14f)
            }

            Shape.DIAMOND -> {
                stroke(canvas, line, 12f, 2.2f, 21.8f, 12f, 12f, 21.8f, 2.2f, 12f, close = true)
                stroke(canvas, line, 12f, 8f, 12f, 12.6f)
                canvas.drawCircle(MID, 16f, 1.3f, fill)
            }

            Shape.RING_DOT -> {
                canvas.drawCircle(MID, MID, RING, line)
                canvas.drawCircle(MID, MID, 4.2f, fill)
            }

            Shape.RING_DASHED -> {
                canvas.drawCircle(MID, MID, RING, dashed())
            }

            Shape.RING_STRUCK -> {
                canvas.drawCircle(MID, MID, RING, line)
                stroke(canvas, line, 5.8f, 18.2f, 18.2f, 5.8f)
            }

            Shape.FRAME_DASHED -> {
                canvas.drawRect(3.5f, 3.5f, 20.5f, 20.5f, dashed())
            }

            Shape.DASH -> {
                stroke(canvas, line, 6f, 12f, 18f, 12f)
            }
        }
    }

    private fun tick(
        canvas: Canvas,
        paint: Paint,
    ) = stroke(canvas, paint, 7.4f, 12.4f, 10.6f, 15.4f, 16.6f, 9f)

    private fun stroke(
        canvas: Canvas,
        paint: Paint,
        vararg at: Float,
        close: Boolean = false,
    ) {
        path.rewind()
        path.moveTo(at[0], at[1])
        for (i in 2 until at.size step 2) path.lineTo(at[i], at[i + 1])
        if (close) path.close()
        canvas.drawPath(path, paint)
    }

    private fun dashed(): Paint =
        Paint(line).apply {
            strokeCap = Paint.Cap.BUTT
            pathEffect = DashPathEffect(floatArrayOf(DASH, DASH * 2 / 3), 0f)
        }

    companion object {
        /** In a row, dp. */
        const val SIDE = 24

        /** Above large figures, dp. */
        const val LARGE = 48
        private const val GRID = 24f
        private const val MID = 12f
        private const val DISC = 11f
        private const val RING = 9.6f
        private const val STROKE = 2.2f
        private const val DASH = 3.77f

        /** How a window stands. */
        fun of(
            context: Context,
            mark: WindowMark,
            sideDp: Int = SIDE,
        ): StateMark =
            when (mark) {
                WindowMark.ON_TIME -> make(context, Shape.TICK_DISC, Tone.GOOD, R.string.mark_on_time, sideDp)
                WindowMark.LATE -> make(context, Shape.CLOCK, Tone.WAIT, R.string.mark_late, sideDp)
                WindowMark.LOOK -> make(context, Shape.DIAMOND, Tone.LOOK, R.string.mark_look, sideDp)
                WindowMark.OPEN -> make(context, Shape.RING_DOT, Tone.PRIMARY, R.string.mark_open, sideDp)
                WindowMark.LATER -> make(context, Shape.RING_DASHED, Tone.QUIET, R.string.mark_later, sideDp)
                WindowMark.MISSED -> make(context, Shape.RING_STRUCK, Tone.STOP, R.string.mark_missed, sideDp)
                WindowMark.NOT_RECEIVED -> make(context, Shape.FRAME_DASHED, Tone.WAIT, R.string.mark_not_received, sideDp)
                WindowMark.EXCUSED -> make(context, Shape.TICK_RING, Tone.GOOD, R.string.mark_excused, sideDp)
                WindowMark.NOT_OWED -> make(context, Shape.DASH, Tone.QUIET, R.string.mark_not_owed, sideDp)
            }

        /** How a self-assessment stands; the word for it stands beside it. */
        fun of(
            context: Context,
            mark: FormMark,
        ): StateMark =
            when (mark) {
                FormMark.DUE -> StateMark(context, Shape.RING_DOT, Tone.INFO, "")
                FormMark.DUE_LATE -> StateMark(context, Shape.CLOCK, Tone.WAIT, "")
                FormMark.MAY_ENTER -> StateMark(context, Shape.TICK_DISC, Tone.GOOD, "")
                FormMark.MAY_NOT_ENTER -> StateMark(context, Shape.DIAMOND, Tone.STOP, "")
            }

        private fun make(
            context: Context,
            shape: Shape,
            tone: Tone,
            word: Int,
            sideDp: Int,
        ) = StateMark(context, shape, tone, context.getString(word), sideDp)
    }
}
