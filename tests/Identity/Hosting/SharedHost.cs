namespace EServices.Identity.Tests.Hosting;

/// <summary>One host for the tests of a class that leave each other alone: each has accounts, numbers and names of its own. Its clock only runs on.</summary>
public sealed class SharedHost : IAsyncDisposable
{
    private int numbers;

    public IdentityHost Host { get; } = new(sandbox: true);

    /// <summary>A mobile number that no other test has.</summary>
    public string NewMobile() => $"+9199070{Interlocked.Increment(ref numbers):00000}";

    /// <summary>An official address that no other test has.</summary>
    public static string NewEmail() => $"{Guid.NewGuid():N}@jk.gov.in";

    public ValueTask DisposeAsync() => Host.DisposeAsync();
}
