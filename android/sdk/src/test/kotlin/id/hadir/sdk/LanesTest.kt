package id.hadir.sdk

import org.junit.Assert.assertEquals
import org.junit.Assert.assertTrue
import org.junit.Test
import java.util.Collections
import java.util.concurrent.CountDownLatch
import java.util.concurrent.TimeUnit

class LanesTest {
    @Test
    fun `a lane takes one after the other in a thread of its name, and holds up no other lane`() {
        val seen = Collections.synchronizedList(mutableListOf<String>())
        val held = CountDownLatch(1)
        val done = CountDownLatch(2)
        val slow = Lanes.threads.named("slow")
        slow.execute {
            assertTrue(held.await(10, TimeUnit.SECONDS))
            seen += "first in ${Thread.currentThread().name}"
        }
        slow.execute {
            seen += "second in ${Thread.currentThread().name}"
            done.countDown()
        }
        // Lets the slow one go: were they one thread, it would never come to this.
        Lanes.threads.named("other").execute {
            seen += "other"
            held.countDown()
            done.countDown()
        }
        assertTrue(done.await(10, TimeUnit.SECONDS))
        assertEquals(listOf("other", "first in slow", "second in slow"), seen)
    }
}
