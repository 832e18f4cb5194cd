import org.jetbrains.kotlin.gradle.dsl.JvmTarget

plugins {
    alias(libs.plugins.android.application)
    alias(libs.plugins.kotlin.android)
}

android {
    namespace = "id.hadir.app"
    compileSdk =
        libs.versions.compileSdk
            .get()
            .toInt()

    defaultConfig {
        applicationId = "id.hadir.app"
        minSdk =
            libs.versions.minSdk
                .get()
                .toInt()
        targetSdk =
            libs.versions.targetSdk
                .get()
                .toInt()
        versionCode =
            libs.versions.versionCode
                .get()
                .toInt()
        versionName = libs.versions.versionName.get()
        // Every phone of minSdk 26 that is still in use; x86_64 is for emulators.
        ndk.abiFilters += listOf("arm64-v8a", "armeabi-v7a", "x86_64")
    }

    // Both languages are always there: the app may speak another than the phone.
    bundle.language.enableSplit = false

    buildTypes {
        release {
            isMinifyEnabled = true
            isShrinkResources = true
            proguardFiles(getDefaultProguardFile("proguard-android-optimize.txt"), "proguard-rules.pro")
        }
    }

    sourceSets.getByName("test") {
        kotlin.srcDir("../testing/kotlin")
        resources.srcDir("../testing/resources")
    }

    compileOptions {
        sourceCompatibility = JavaVersion.VERSION_17
        targetCompatibility = JavaVersion.VERSION_17
    }

    lint {
        warningsAsErrors = true
        checkDependencies = true
        lintConfig = file("lint.xml")
    }

    testOptions.unitTests {
        isIncludeAndroidResources = true
        all { test ->
            // The library for this machine, as cargo builds it.
            test.systemProperty("jna.library.path", rootDir.resolve("../target/debug").path)
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

kotlin.compilerOptions {
    jvmTarget.set(JvmTarget.fromTarget(libs.versions.jvm.get()))
    allWarningsAsErrors.set(true)
}

dependencies {
    implementation(project(":sdk"))

    testImplementation(libs.junit4)
    testImplementation(libs.robolectric)
    // The jar, for its libraries of desktops.
    testImplementation(libs.jna)
}
