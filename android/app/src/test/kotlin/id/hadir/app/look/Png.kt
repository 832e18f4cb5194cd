package id.hadir.app.look

import android.graphics.Bitmap
import java.awt.image.BufferedImage
import java.awt.image.IndexColorModel
import java.io.File
import javax.imageio.IIOImage
import javax.imageio.ImageIO
import javax.imageio.ImageWriteParam

/** Writes a picture with its 256 most frequent colours: screens have few, and a repository keeps many screens. */
internal object Png {
    fun write(
        picture: Bitmap,
        file: File,
    ) {
        val pixels = IntArray(picture.width * picture.height)
        picture.getPixels(pixels, 0, picture.width, 0, 0, picture.width, picture.height)
        for (i in pixels.indices) pixels[i] = pixels[i] and WHITE
        val counts = pixels.toList().groupingBy { it }.eachCount()
        val palette =
            counts.entries
                .sortedWith(compareBy({ -it.value }, { it.key }))
                .take(MOST)
                .map { it.key }
        val place = counts.keys.associateWith { colour -> palette.indices.minBy { distance(palette[it], colour) } }
        val part = { shift: Int -> ByteArray(palette.size) { (palette[it] shr shift).toByte() } }
        val model = IndexColorModel(BITS, palette.size, part(RED), part(GREEN), part(0))
        val image = BufferedImage(picture.width, picture.height, BufferedImage.TYPE_BYTE_INDEXED, model)
        for (i in pixels.indices) image.raster.setSample(i % picture.width, i / picture.width, 0, place.getValue(pixels[i]))
        file.parentFile!!.mkdirs()
        pack(image, file)
    }

    /** Lossless and as small as the format allows: pictures are kept for ever, and written once. */
    private fun pack(
        image: BufferedImage,
        file: File,
    ) {
        val writer = ImageIO.getImageWritersByFormatName("png").next()
        val param = writer.defaultWriteParam
        param.compressionMode = ImageWriteParam.MODE_EXPLICIT
        param.compressionQuality = 0f
        file.delete()
        ImageIO.createImageOutputStream(file).use {
            writer.output = it
            writer.write(null, IIOImage(image, null, null), param)
        }
        writer.dispose()
    }

    private fun distance(
        one: Int,
        other: Int,
    ) = listOf(RED, GREEN, 0).sumOf { shift ->
        val apart = ((one shr shift) and 0xFF) - ((other shr shift) and 0xFF)
        apart * apart
    }

    private const val MOST = 256
    private const val WHITE = 0xFFFFFF
    private const val BITS = 8
    private const val RED = 16
    private const val GREEN = 8
}
