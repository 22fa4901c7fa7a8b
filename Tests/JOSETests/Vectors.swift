/// Tokens and keys that others have published, and a few that the Python package `cryptography` 50.0.2 made, because no
/// RFC has a short one of PS256.
enum Vectors {
    /// RFC 7515 appendices A.1 to A.3 have one payload.
    static let payload =
        "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ"
    /// RFC 7515 appendix A.2.
    static let rsaModulus =
        "ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yR"
        + "T-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXB"
        + "dQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9ia"
        + "GNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ"
    static let rs256Signature =
        "cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9"
        + "uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB"
        + "_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rq"
        + "Vt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw"
    static let rs256 = "eyJhbGciOiJSUzI1NiJ9." + payload + "." + rs256Signature
    static let rsaKey = #"{"kty":"RSA","e":"AQAB","n":"\#(rsaModulus)"}"#

    /// RFC 7515 appendix A.3.
    static let es256Signature =
        "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q"
    static let es256 = "eyJhbGciOiJFUzI1NiJ9." + payload + "." + es256Signature
    static let p256Key =
        #"{"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","#
        + #""y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}"#

    /// RFC 7515 appendix A.4: sound, and of an algorithm that nobody here is pinned to.
    static let es512Signature =
        "AdwMgeerwtHoh-l192l60hp9wAHZFVJbLfD_UxMi70cwnZOYaRI1bKPWROc-mZZqwqT2SI-KGDKB34XO0aw_7XdtAG8GaSwFKdCA"
        + "PZgoXD2YBJZCPEX3xKpRwcdOO8KpEHwJjyqOgzDO7iKvU8vcnwNrmxYbSW9ERBXukOXolLzeO_Jn"
    static let es512 = "eyJhbGciOiJFUzUxMiJ9.UGF5bG9hZA." + es512Signature
    static let p521Key =
        #"{"kty":"EC","crv":"P-521","#
        + #""x":"AekpBQ8ST8a8VcfVOTNl353vSrDCLLJXmPk06wTjxrrjcBpXp5EOnYG_NjFZ6OvLFV1jSfS9tsz4qUxcWceqwQGk","#
        + #""y":"ADSmRA43Z1DSNx_RvcLI87cdL07l6jQyyBXMoxVg_l2Th-x3S1WDhjDly79ajL4Kkd0AZMaZmh9ubmf63e3kyMj2"}"#

    /// RFC 8037 appendix A.4; its payload is no JSON.
    static let edDSAInput = "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc"
    static let edDSASignature =
        "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg"
    static let ed25519Key = #"{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#

    /// RSASSA-PSS with SHA-256 and a salt of 32 bytes.
    static let ps256Modulus =
        "ql4WcM8KRF0GW2OoQD1SSI6prPBeHTT_dAHmQvGrudLOh83jB9p9Fsq1mJMPZzAibPSXkzo5iaqrKwiofirTitv6UwAlEcKzQfNS"
        + "HR-kqKdXgQJ1yqK4dOJS1F4kqz0DRnHctd6-wNwgc5jyorVJHBpv_9-TvwXXx1349qBgPAQgOx1kMNZHE9SXGcUYUdBY9En_ToCG"
        + "mMT3KYOYWRJGg4fVgH5Zb5j7JgQaFj68X030rmyl2cy7PBPFqp8_3JIwKcp6H_13Xq2tbbGK4sf2FkBrVBjXeVGxKQzHv-araohI"
        + "n3gwgvWSRPiahSEPdhB7aHcrrzzwln2NCWpXDgKrqQ"
    static let ps256 =
        "eyJhbGciOiJQUzI1NiIsImtpZCI6InAifQ.eyJpc3MiOiJqb2UifQ.MDmuucBhkagpBD0AyNOTybG2jEX5Xpx6dUUAt_etds7EHE"
        + "LvFl76NcXwc2dqZmhG1X6fDJyRdvf8RwrB6fOXYHd8q1bD094Z84qsBdsIsooe2a2AO0NXzQ3Mr-TJTDABi_ZT_wj1McFqEh0_jC"
        + "yRIMgzfHRIAydC6RDq-FUlKzJH84ys2CfLNNh1GcssdhKvshRBaXUAoHxTrosWS6fjgJ59EzAZmnNcVyoaezzVmJCi_4SKH8yOaI"
        + "Tshe_H9mmC2OoHLnSD-qCmjiWdP_xpM7tnSbAmGmWqBEn6XCtCdXLIB4kmYHL9b8ucKmLEpUKUvLuFQweJ4jhJkpIud-qAGQ"
    /// The same with a salt of 20 bytes, which RFC 7518 section 3.5 does not allow.
    static let shortSaltSignature =
        "Oqqcs8rhQtsws7GqI0uRk6rDYlPtpS6gc-qOqndUPvpA_p26KVzG0d60WrryXhK1MIIVszCogebSneYrBuPX50s_2_zMd7cUWc0U"
        + "a9jkXXu5o3S7GGS7efoveUaeMFVJjAcQ9HvxbZc5zGu3hO2WbF71LkpfkrcdVvrbSvMDn26KNI4E4ULzCungejStRnrN4xZkQ3n1"
        + "MiMEdVnI5aD1GPY6AnT-sxal-UMWYpXBk2UHU3rd0dK6Yn5a_8jhDG5XXTtX4kl2BsGAap1I790DuaXi5UKfKT1_U3XAatPRmFvb"
        + "L5gpGtPq24A7DxJvngZqg3yCqo8AE4TvEppEM5BWOA"
    static let ps256Key = #"{"kty":"RSA","kid":"p","e":"AQAB","n":"\#(ps256Modulus)"}"#

    /// 1024 bits.
    static let shortModulus =
        "s8eGMtw1M9OVCzBhsdAYI6vbwni4qeMIhb_LPZo_wh8K04jOdBrsa6GTwUDYAYWcbTXmcRzM-TujtKg8VHtVupGcmQt-7qgYU4sL"
        + "dKnmPTsmz6ci1sM6tMnx-x_QNeZD8JDYfdIv6eGIMqi7WEWjgU69Avj5IQoZrHRVJ3ew9D0"
}
