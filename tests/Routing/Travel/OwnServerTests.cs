using EServices.Dispatch.Routing.Travel.Osrm;

namespace EServices.Routing.Tests.Travel;

/// <summary>Where citizens live is told to our own hosts and to nobody else.</summary>
public sealed class OwnServerTests
{
    [Theory]
    [InlineData("http://127.0.0.1:5000")]
    [InlineData("http://localhost:5000/")]
    [InlineData("http://[::1]:5000")]
    [InlineData("http://10.1.2.3")]
    [InlineData("http://172.16.0.9:5000/osrm")]
    [InlineData("http://172.31.255.1")]
    [InlineData("https://192.168.1.4")]
    [InlineData("http://[fd00::7]:5000")]
    [InlineData("http://[::ffff:10.0.0.1]")]
    public void MachineOfOurs_IsTaken(string address) => Assert.True(OwnServer.TryCreate(address, [], out _, out var why), why);

    [Theory]
    [InlineData("https://router.project-osrm.org")]
    [InlineData("http://8.8.8.8")]
    [InlineData("http://172.32.0.1")]
    [InlineData("http://172.15.0.1")]
    [InlineData("http://192.169.1.1")]
    [InlineData("http://169.254.169.254")]
    [InlineData("http://[2001:db8::1]")]
    [InlineData("http://osrm:5000")]
    [InlineData("http://localhost.example.org")]
    [InlineData("http://127.0.0.1.example.org")]
    [InlineData("http://10.0.0.1.example.org")]
    [InlineData("http://134744072")]
    public void AnyOtherHost_IsRefused_SayingWhatToDo(string address)
    {
        Assert.False(OwnServer.TryCreate(address, ["routes.state.example"], out _, out var why));
        Assert.Contains("OwnHosts", why, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://routes.state.example/osrm", "routes.state.example", true)]
    [InlineData("https://ROUTES.state.example.", "routes.state.example", true)]
    [InlineData("http://osrm:5000", "osrm", true)]
    [InlineData("http://[2001:db8::1]", "[2001:db8::1]", true)]
    [InlineData("https://evil.routes.state.example", "routes.state.example", false)]
    [InlineData("https://state.example", "routes.state.example", false)]
    public void NamedHost_IsThatHostAlone(string address, string own, bool taken) => Assert.Equal(taken, OwnServer.TryCreate(address, [own], out _, out _));

    [Theory]
    [InlineData("127.0.0.1:5000")]
    [InlineData("ftp://127.0.0.1")]
    [InlineData("file:///etc/passwd")]
    [InlineData("http://someone:secret@127.0.0.1")]
    [InlineData("http://127.0.0.1?profile=car")]
    [InlineData("")]
    public void WhatIsNoAddress_IsRefused(string address) => Assert.False(OwnServer.TryCreate(address, [], out _, out _));

    [Fact]
    public void Address_EndsWithASlash_SoThatAPathStays()
    {
        Assert.True(OwnServer.TryCreate("http://localhost:5000/osrm", [], out var server, out _));

        Assert.Equal("http://localhost:5000/osrm/table", new Uri(server.Address, "table").AbsoluteUri);
    }
}
