import com.android.apksig.ApkSigner;
import com.android.apksig.ApkVerifier;
import java.io.File;
import java.io.FileInputStream;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;

/** Signs an APK with a key for debugging, and verifies it: `Sign KEYSTORE PASSWORD UNSIGNED SIGNED MIN_SDK`. */
public class Sign {
  private static final int PAGE_BYTES = 16 * 1024;

  public static void main(String[] args) throws Exception {
    char[] password = args[1].toCharArray();
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (FileInputStream in = new FileInputStream(args[0])) {
      keys.load(in, password);
    }
    PrivateKey key = (PrivateKey) keys.getKey("debug", password);
    X509Certificate certificate = (X509Certificate) keys.getCertificate("debug");
    File signed = new File(args[3]);
    new ApkSigner.Builder(
            List.of(new ApkSigner.SignerConfig.Builder("debug", key, List.of(certificate)).build()))
        .setInputApk(new File(args[2]))
        .setOutputApk(signed)
        .setMinSdkVersion(Integer.parseInt(args[4]))
        .setLibraryPageAlignmentBytes(PAGE_BYTES)
        .build()
        .sign();
    ApkVerifier.Result result = new ApkVerifier.Builder(signed).build().verify();
    if (!result.isVerified() || !result.getWarnings().isEmpty()) {
      System.err.println(result.getErrors() + " " + result.getWarnings());
      System.exit(1);
    }
    System.out.println("signed and verified: v2 " + result.isVerifiedUsingV2Scheme() + ", v3 " + result.isVerifiedUsingV3Scheme());
  }
}
