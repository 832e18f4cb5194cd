import org.jetbrains.kotlin.gradle.dsl.JvmTarget

plugins {
    alias(libs.plugins.android.library)
    alias(libs.plugins.kotlin.android)
}

// What the border generates, and the libraries of the three ABIs: made by the scripts in bindings/, never written by hand.
val bindings = rootDir.resolve("../bindings")

android {
    namespace = "id.hadir.sdk"
    compileSdk =
        libs.versions.compileSdk
            .get()
            .toInt()

    defaultConfig {
        minSdk =
            libs.versions.minSdk
                .get()
                .toInt()
        consumerProguardFiles("consumer-rules.pro")
    }

    sourceSets {
        getByName("main") {
            kotlin.srcDir(bindings.resolve("generated/kotlin"))
            jniLibs.srcDir(bindings.resolve("generated/jniLibs"))
        }
        getByName("test") {
            kotlin.srcDir("../testing/kotlin")
            // The test office: bindings/generate --office makes it.
            kotlin.srcDir(rootDir.resolve("../target/office/kotlin"))
            resources.srcDir("../testing/resources")
        }
    }

    compileOptions {
        sourceCompatibility = JavaVersion.VERSION_17
        targetCompatibility = JavaVersion.VERSION_17
    }

    testOptions.unitTests {
        isIncludeAndroidResources = true
        all { test ->
            // The library for this machine, as cargo builds it.
            test.systemProperty("jna.library.path", rootDir.resolve("../target/debug").path)
            // The office's library holds the border too, and gives its engines the office's clock.
            val office = rootDir.resolve("../target/debug").resolve(System.mapLibraryName("hadir_office")).path
            test.systemProperty("uniffi.component.hadir_bindings.libraryOverride", office)
            test.systemProperty("uniffi.component.hadir_office.libraryOverride", office)
            test.systemProperty("robolectric.pixelCopyRenderMode", "hardware")
            test.systemProperty("hadir.root", rootDir.resolve("..").path)
            test.systemProperty(
                "hadir.screens",
                layout.buildDirectory
                    .dir("screens")
                    .get()
                    .asFile.path,
            )
        }
    }
}

kotlin.compilerOptions.jvmTarget.set(JvmTarget.fromTarget(libs.versions.jvm.get()))

dependencies {
    // The AAR holds libjnidispatch.so for each ABI; the jar of the same name holds those of desktops.
    api(libs.jna) { artifact { type = "aar" } }

    testImplementation(libs.junit4)
    testImplementation(libs.robolectric)
    // The jar, for its libraries of desktops.
    testImplementation(libs.jna)
}
