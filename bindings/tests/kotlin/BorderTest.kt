package id.hadir.core.tests

import id.hadir.core.HadirException
import id.hadir.core.KeyVault
import id.hadir.core.Standing
import id.hadir.core.VaultException
import id.hadir.core.WhatToDo
import id.hadir.core.coreVersion
import id.hadir.office.TestOffice
import org.junit.jupiter.api.AfterEach
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.assertThrows
import java.util.concurrent.atomic.AtomicInteger
import kotlin.concurrent.thread

/** What only Kotlin can get wrong: exceptions of its own, objects that are closed, threads of the JVM. */
class BorderTest {
    private val office = TestOffice("default", "2026-11-24T08:00:00")

    @AfterEach
    fun close() = office.shutDown()

    @Test
    fun `a key store that throws whatever it likes is one that does not answer`() {
        val odd =
            object : KeyVault {
                override fun wrap(secret: ByteArray): ByteArray = throw IllegalStateException("the shell's own fault")

                override fun unwrap(wrapped: ByteArray): ByteArray = throw IllegalStateException("the shell's own fault")
            }
        val engine = Phone(odd).open()
        val refused = assertThrows<HadirException.KeysUnavailable> { engine.enrol(office.invite("A-1")) }
        assertEquals(WhatToDo.TRY_LATER, refused.todo)
        engine.shutDown()
    }

    @Test
    fun `a key store that is locked says so, and opens after`() {
        val vault = Moody()
        val phone = Phone(vault)
        phone.open().let {
            it.enrol(office.invite("A-1"))
            it.shutDown()
        }
        vault.trouble = VaultException.Locked()
        assertEquals(WhatToDo.UNLOCK_PHONE, assertThrows<HadirException.KeysUnavailable> { phone.open() }.todo)
        vault.trouble = VaultException.KeyGone()
        phone.open().let {
            assertEquals(Standing.KEYS_LOST, it.standing())
            it.shutDown()
        }
        vault.trouble = null
        phone.open().let {
            assertEquals(Standing.ENROLLED, it.standing())
            it.shutDown()
        }
    }

    @Test
    fun `eight threads of the JVM tap, sync and read until the engine is shut down`() {
        val phone = Phone()
        val engine = phone.open()
        engine.enrol(office.invite("A-1"))
        val kept = AtomicInteger()
        val odd = mutableListOf<Throwable>()
        val threads =
            (0 until 7).map { number ->
                thread {
                    try {
                        while (true) {
                            when (number) {
                                in 0..2 -> engine.checkIn(engine.beginTap().id, inside).also { kept.incrementAndGet() }
                                3 ->
                                    try {
                                        engine.sync(2_000u)
                                    } catch (_: HadirException.Busy) {
                                        Thread.yield()
                                    }
                                4 -> engine.today()
                                5 -> engine.history(20u)
                                else -> engine.reminders(64u)
                            }
                        }
                    } catch (_: HadirException.Closed) {
                        // What it waits for.
                    } catch (other: Exception) {
                        synchronized(odd) { odd += other }
                    }
                }
            }
        while (kept.get() < 10) Thread.yield()
        assertTrue(engine.shutDown())
        threads.forEach { it.join() }
        assertEquals(emptyList<Throwable>(), odd)
        assertThrows<HadirException.Closed> { engine.today() }
        phone.open().let {
            assertTrue(it.diagnostics().storeWhole)
            it.shutDown()
        }
    }

    @Test
    fun `a fault inside is an error of its own, and the app goes on`() {
        val engine = Phone().open()
        engine.enrol(office.invite("A-1"))
        office.panicInNextRequest()
        val fault = assertThrows<HadirException.Internal> { engine.sync(5_000u) }
        assertTrue(fault.text.startsWith("Aplikasi mengalami gangguan"), fault.text)
        assertEquals(4, engine.today().windows.size)
        assertEquals(1u, engine.diagnostics().faults)
        engine.shutDown()
    }

    @Test
    fun `an object that Kotlin closed throws, and does not crash the process`() {
        val engine = Phone().open()
        engine.close()
        assertThrows<IllegalStateException> { engine.today() }
        assertTrue(coreVersion().isNotEmpty())
    }

    private class Moody(
        private val inner: KeyVault = ByteVault(),
    ) : KeyVault {
        @Volatile var trouble: VaultException? = null

        override fun wrap(secret: ByteArray) = trouble?.let { throw it } ?: inner.wrap(secret)

        override fun unwrap(wrapped: ByteArray) = trouble?.let { throw it } ?: inner.unwrap(wrapped)
    }
}
