package id.hadir.testing

import org.junit.runners.model.FrameworkMethod
import org.robolectric.RobolectricTestRunner
import org.robolectric.internal.bytecode.InstrumentationConfiguration

/**
 * Runs every test that touches the core.
 *
 * Robolectric gives each sandbox (SDK, graphics mode, looper mode) its own copy of the classes, but the Rust library is
 * one per process and keeps one table of callbacks: the copy that loaded last would get every call. So the generated
 * bindings stay outside the sandboxes, as JNA already does.
 */
class HadirRunner(
    testClass: Class<*>,
) : RobolectricTestRunner(testClass) {
    override fun createClassLoaderConfig(method: FrameworkMethod): InstrumentationConfiguration =
        InstrumentationConfiguration
            .Builder(super.createClassLoaderConfig(method))
            .doNotAcquirePackage("id.hadir.core.")
            .doNotAcquirePackage("id.hadir.office.")
            .build()
}
