using IpActors.Science.Tests.Surrogates;

// "digest": the bits that SameBitsEverywhereTests compares between processes. As a test assembly this is not run.
if (args is ["digest"]) Console.WriteLine(SameBitsEverywhereTests.Digest());
