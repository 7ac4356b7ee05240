using System.Security.Cryptography;
using IpActors.Engine.Blobs;
using IpActors.Engine.Tests.Toys;

namespace IpActors.Engine.Tests.Blobs;

public sealed class FileBlobsTests : IDisposable
{
    readonly Folder _folder = new();
    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_blob_is_found_under_the_digest_of_its_content()
    {
        var blobs = new FileBlobs(_folder["b"]);
        // SHA-256 of "abc": FIPS 180-2, appendix B.1.
        const string Abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        Assert.Equal(Abc, blobs.Put("abc"u8));
        Assert.Equal(Abc, blobs.Put("abc"u8));
        Assert.Equal("abc"u8.ToArray(), blobs.Get(Abc));
        Assert.Equal([_folder[$"b/ba/{Abc}"]], Directory.GetFiles(_folder.Path, "*", SearchOption.AllDirectories));
        Assert.Empty(blobs.Get(blobs.Put([])));
    }

    [Fact]
    public void A_damaged_blob_is_noticed_and_healed_by_storing_it_again()
    {
        var blobs = new FileBlobs(_folder["b"]);
        var digest = blobs.Put("abc"u8);
        File.WriteAllText(_folder[$"b/{digest[..2]}/{digest}"], "abd");
        Assert.Contains("damaged", Assert.Throws<InvalidDataException>(() => blobs.Get(digest)).Message);
        blobs.Put("abc"u8);
        Assert.Equal("abc"u8.ToArray(), blobs.Get(digest));
    }

    [Fact]
    public void A_missing_blob_and_what_is_no_digest_are_not_found()
    {
        var blobs = new FileBlobs(_folder["b"]);
        Assert.Throws<FileNotFoundException>(() => blobs.Get(new string('0', 64)));
        Assert.Throws<FileNotFoundException>(() => blobs.Get("../../etc/passwd"));
    }

    [Fact]
    public void Many_at_once_may_store_the_same_content()
    {
        var blobs = new FileBlobs(_folder["b"]);
        var content = RandomNumberGenerator.GetBytes(200_000);
        Assert.Single(Enumerable.Range(0, 16).AsParallel().Select(_ => blobs.Put(content)).ToHashSet());
        Assert.Single(Directory.GetFiles(_folder.Path, "*", SearchOption.AllDirectories));
    }
}
