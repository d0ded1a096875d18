using EServices.Local.RabbitMq;

namespace EServices.Local.Tests;

public sealed class RabbitInstallationTests
{
    [Fact]
    public void LeanHome_HoldsTheBrokerAndNoPlugin()
    {
        var found = RabbitInstallation.Find();
        Assert.SkipWhen(found is null, "There is no rabbitmq-server on this machine.");
        var folder = Directory.CreateTempSubdirectory("eservices-test-").FullName;
        var home = found.LinkLeanHome(Path.Combine(folder, "home"));
        Assert.SkipWhen(home is null, "This RabbitMQ has another layout and is started as it is.");

        var applications = Directory.GetDirectories(Path.Combine(home, "plugins")).Select(path => Path.GetFileName(path).Split('-')[0]).ToList();
        Assert.All(["rabbit", "rabbit_common", "ra", "aten", "ranch", "rabbitmq_prelaunch"], name => Assert.Contains(name, applications));
        Assert.All(["rabbitmq_management", "rabbitmq_mqtt", "cowboy"], name => Assert.DoesNotContain(name, applications));
        // Made anew at each start: the broker may have been upgraded in between.
        Assert.Equal(home, found.LinkLeanHome(home));
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public void LeanHome_OfAnotherLayout_IsNone()
    {
        var folder = Directory.CreateTempSubdirectory("eservices-test-").FullName;
        Assert.Null(new RabbitInstallation(Path.Combine(folder, "sbin", "rabbitmq-server"), "epmd").LinkLeanHome(Path.Combine(folder, "home")));
        Directory.Delete(folder, recursive: true);
    }

    [Theory]
    [InlineData(true, "ID=debian")]
    [InlineData(true, "NAME=\"Ubuntu\"", "ID=ubuntu", "ID_LIKE=debian")]
    [InlineData(true, "ID=linuxmint", "ID_LIKE=\"ubuntu debian\"")]
    [InlineData(false, "ID=\"fedora\"", "NAME=debian-like")]
    [InlineData(false)]
    public void Debian_IsKnownByItsRelease(bool expected, params string[] release) => Assert.Equal(expected, RabbitInstaller.IsDebian(release));

    [Fact]
    public void Installing_WhenNotAllowed_SaysSo() => Assert.Equal("it may not be installed here", RabbitInstaller.WhyNot(allowed: false));
}
